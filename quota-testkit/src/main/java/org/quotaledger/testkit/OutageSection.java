package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.outage.FailOpenQuotaStore;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.testkit.FailingStore.Outage;

/** A section about a ledger that fails open, and its store that comes and goes. */
abstract class OutageSection extends ContractSection {

    AccountId key;
    FailingStore failing;
    FailOpenQuotaStore open;
    QuotaLedger through;

    @SuppressWarnings("NullAway.Init") // Made before each test.
    OutageSection() {}

    /** A key of 100 tokens a day in a team of 1,000. */
    @BeforeEach
    void openALedgerThatFailsOpen() {
        AccountId team = account("team", daily(1000));
        key = account("key", team, daily(100));
        failing = new FailingStore(store);
        open = failingOpen(reserve -> true, 10);
        through = QuotaLedger.over(open);
    }

    FailOpenQuotaStore failingOpen(Predicate<Command.Reserve> which, int most) {
        return FailOpenQuotaStore.builder(failing.store())
                .letThrough(which)
                .most(most)
                .clock(clock)
                .build();
    }

    Reservation unrecorded(String id, long tokens) {
        Reservation let = through.reserve(request(id, key, tokens).build()).orThrow();
        assertThat(let.recorded()).isFalse();
        return let;
    }

    void back() {
        failing.become(Outage.NONE);
    }
}
