package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Settled;
import org.quotaledger.spi.QuotaStoreException;
import org.quotaledger.testkit.FailingStore.Outage;

/** What goes on while the store fails: what is let through, and when it is recorded. */
abstract class OutageContract extends OutageSection {

    private static final int THREADS = 4;
    private static final int REQUESTS = 25;

    @Test
    void withoutAChoiceNothingIsLetThrough() {
        QuotaLedger closed = QuotaLedger.over(failing.store());

        failing.become(Outage.AWAY);

        assertThatThrownBy(() -> closed.reserve(key, tokens(1)))
                .isInstanceOfSatisfying(
                        QuotaStoreException.class,
                        failure -> assertThat(failure.outcome()).isEqualTo(QuotaStoreException.Outcome.NOT_APPLIED));
    }

    @Test
    void whileTheStoreAnswersItDecidesAndWhatItGrantsIsRecorded() {
        assertThat(through.reserve(key, tokens(100)).orThrow().recorded()).isTrue();

        assertThat(refusal(through.reserve(key, tokens(1))).code()).isEqualTo(RefusalCode.QUOTA_INSUFFICIENT);
        assertThat(open.unrecorded()).isZero();
    }

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
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void theNextOperationThatIsAnsweredHasItRecorded() {
        failing.become(Outage.AWAY);
        unrecorded("r", 30).settle(tokens(25)).orThrow();
        back();

        through.check(key, tokens(1));

        while (open.unrecorded() > 0) {
            Thread.onSpinWait();
        }
        assertThat(usage(key)).isEqualTo("25 used, 0 held");
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aSweepHasItRecorded() {
        failing.become(Outage.AWAY);
        unrecorded("r", 30).settle(tokens(25)).orThrow();
        back();

        through.admin().sweep(10);

        while (open.unrecorded() > 0) {
            Thread.onSpinWait();
        }
        assertThat(usage(key)).isEqualTo("25 used, 0 held");
    }

    @Test
    void aRetryIsAnsweredAsBeforeAndOtherFieldsConflict() {
        failing.become(Outage.AWAY);
        unrecorded("r", 30);

        Admission again = through.reserve(request("r", key, 30).build());
        assertThat(again.orThrow().recorded()).isFalse();
        assertThat(((Admission.Granted) again).replayed()).isTrue();
        assertThat(conflict(through.reserve(request("r", key, 31).build()))).isEqualTo("charge");

        through.settle(id("r"), tokens(25)).orThrow();
        assertThat(through.settle(id("r"), tokens(25)).orThrow().replayed()).isTrue();
        assertThat(conflict(through.settle(id("r"), tokens(26)))).isEqualTo("cost");
        assertThat(through.reservation(id("r")).orElseThrow().status()).isEqualTo(ReservationStatus.SETTLED);
    }

    /** The client tries again while its first try still waits for the store; both then fail. */
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void ofTriesThatWaitAtOnceTheFirstToFailIsLetThroughAndAnswersTheOthers() {
        failing.become(Outage.SILENT);
        CompletableFuture<Admission> first = waiting(30);
        CompletableFuture<Admission> again = waiting(30);
        CompletableFuture<Admission> other = waiting(31);
        failing.become(Outage.AWAY);
        failing.giveUpNext();
        first.join().orThrow().settle(tokens(25)).orThrow();

        failing.giveUpNext();
        failing.giveUpNext();

        assertThat(again.join()).isInstanceOfSatisfying(Admission.Granted.class, granted -> {
            assertThat(granted.reservation().recorded()).isFalse();
            assertThat(granted.replayed()).isTrue();
            assertThat(granted.status()).isEqualTo(ReservationStatus.SETTLED);
        });
        assertThat(conflict(other.join())).isEqualTo("charge");
        back();
        assertThat(open.record()).isZero();
        assertThat(usage(key)).isEqualTo("25 used, 0 held");
    }

    private CompletableFuture<Admission> waiting(long tokens) {
        return through.async().reserve(request("r", key, tokens).build()).toCompletableFuture();
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
    void oneThatNobodySettlesIsGivenUpAfterADay() {
        failing.become(Outage.AWAY);
        unrecorded("r", 30);
        clock.advance(TIME_TO_LIVE.plus(Duration.ofDays(1)));
        back();

        assertThat(open.record()).isZero();
        assertThat(journal()).isEmpty();
    }

    @Test
    void noMoreAreLetThroughThanAreKept() {
        through = QuotaLedger.over(failingOpen(reserve -> true, 2));
        failing.become(Outage.AWAY);
        unrecorded("a", 1).settle(tokens(1)).orThrow();
        unrecorded("b", 1);

        assertThatThrownBy(() -> through.reserve(key, tokens(1))).isInstanceOf(QuotaStoreException.class);

        clock.advance(TIME_TO_LIVE); // The place of b, which has expired, is needed.
        unrecorded("c", 1);
    }

    @Test
    void whichAreLetThroughIsAChoice() {
        through = QuotaLedger.over(failingOpen(reserve -> reserve.charge().fitsIn(tokens(10)), 10));
        failing.become(Outage.AWAY);

        assertThat(unrecorded("small", 10).held()).isEqualTo(tokens(10));
        assertThatThrownBy(() -> through.reserve(key, tokens(11))).isInstanceOf(QuotaStoreException.class);
    }

    @Test
    void theCostOfAnAccountThatDoesNotExistIsGivenUp() {
        failing.become(Outage.AWAY);
        through.reserve(AccountId.of("nobody"), tokens(30))
                .orThrow()
                .settle(tokens(25))
                .orThrow();
        back();

        assertThat(open.record()).isZero();
        assertThat(journal()).isEmpty();
    }

    @Test
    void aRefundHasToWaitForTheRecord() {
        failing.become(Outage.AWAY);
        unrecorded("r", 30).settle(tokens(25)).orThrow();

        assertThatThrownBy(() -> through.refund(id("back"), id("r"), tokens(5)))
                .isInstanceOfSatisfying(
                        QuotaStoreException.class,
                        failure -> assertThat(failure.outcome()).isEqualTo(QuotaStoreException.Outcome.NOT_APPLIED));
    }

    @Test
    void whatFailsWithoutBlockingFailsItsFuture() {
        failing.become(Outage.AWAY);
        unrecorded("r", 30).settle(tokens(25)).orThrow();

        CompletionStage<?> refund = open.submit(new Command.Refund(id("back"), id("r"), tokens(5)));

        assertThat(refund)
                .failsWithin(Race.PATIENCE)
                .withThrowableThat()
                .withCauseInstanceOf(QuotaStoreException.class);
    }

    @Test
    void closingRecordsWhatIsDue() {
        failing.become(Outage.AWAY);
        unrecorded("r", 30).settle(tokens(25)).orThrow();
        back();

        through.close();

        assertThat(usage(key)).isEqualTo("25 used, 0 held");
    }

    @Test
    void withoutBlockingItIsTheSame() {
        failing.become(Outage.AWAY);
        Reservation let = through.async()
                .reserve(key, tokens(30))
                .toCompletableFuture()
                .join()
                .orThrow();
        assertThat(let.recorded()).isFalse();
        through.async()
                .settle(let.id(), tokens(25))
                .toCompletableFuture()
                .join()
                .orThrow();
        back();

        assertThat(open.record()).isZero();
        assertThat(usage(key)).isEqualTo("25 used, 0 held");
    }

    /** A thread that is interrupted is to stop, not to go on without having been asked about its limits. */
    @Test
    void aThreadThatIsInterruptedIsNotLetThrough() {
        failing.become(Outage.AWAY);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> through.reserve(key, tokens(1))).isInstanceOf(QuotaStoreException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
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
