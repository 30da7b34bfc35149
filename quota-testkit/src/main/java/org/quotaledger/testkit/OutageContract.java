package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Settled;
import org.quotaledger.spi.QuotaStoreException;
import org.quotaledger.testkit.FailingStore.Outage;

/** What goes on while the store fails: what is let through, and when it is recorded. */
abstract class OutageContract extends OutageSection {

    private static final int THREADS = 4;
    private static final int REQUESTS = 25;

    @Test
    void whatIsLetThroughIsChargedOnceWhenTheStoreIsBack() {
        failing.become(Outage.AWAY);
        Reservation let = unrecorded("r", 30);
        assertThat(let.settle(tokens(25)).orThrow()).isEqualTo(new Settled(tokens(25), tokens(0), false, false));
        assertThat(open.unrecorded()).isOne();

        back();

        assertThat(open.record()).isZero();
        assertThat(usageOfAll(key)).isEqualTo("key/daily 25+0, team/daily 25+0");
        assertThat(journalLines()).containsExactlyInAnyOrder("SETTLE key 25 tokens", "SETTLE team 25 tokens");
        assertThat(let.settle(tokens(25)).orThrow().replayed()).isTrue();
        assertThat(usage(key)).isEqualTo("25 used, 0 held");
    }

    @Test
    void aRetryAfterItWasRecordedIsAnsweredAsBefore() {
        failing.become(Outage.AWAY);
        unrecorded("r", 30).settle(tokens(25)).orThrow();
        back();
        assertThat(open.record()).isZero();

        assertThat(((Admission.Granted) through.reserve(request("r", key, 30).build())).replayed())
                .isTrue();
        assertThat(through.settle(id("r"), tokens(25)).orThrow().replayed()).isTrue();
        through.refund(id("back"), id("r"), tokens(5)).orThrow();

        assertThat(usage(key)).isEqualTo("20 used, 0 held");
    }

    @Test
    void eachOfManyRequestsIsChargedOnceHoweverTheStoreComesAndGoes() throws InterruptedException {
        AccountId busy = account("busy", daily(1000));
        open = failingOpen(reserve -> true, THREADS * REQUESTS);
        through = QuotaLedger.over(open);
        Outage[] outages = Outage.values();

        Race.of(THREADS, thread -> {
            for (int i = 0; i < REQUESTS; i++) {
                failing.become(outages[(thread + i) % outages.length]);
                ReserveRequest asked = request(thread + "-" + i, busy, 2).build();
                Reservation let = through.reserve(asked).orThrow();
                for (int tries = 1; !settles(let); tries++) {
                    failing.become(outages[(thread + i + tries) % outages.length]);
                }
            }
        });
        back();

        assertThat(open.record()).isZero();
        assertThat(usage(busy)).isEqualTo(THREADS * REQUESTS + " used, 0 held");
        assertThat(journal())
                .extracting(JournalRow::reservation)
                .doesNotHaveDuplicates()
                .hasSize(THREADS * REQUESTS);
    }

    private static boolean settles(Reservation let) {
        try {
            let.settle(tokens(1)).orThrow();
            return true;
        } catch (QuotaStoreException failure) {
            return false;
        }
    }
}
