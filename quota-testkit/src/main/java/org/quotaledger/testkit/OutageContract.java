package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.JournalKind;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.outage.FailOpenQuotaStore;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.OnExcess;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Settled;
import org.quotaledger.reservation.UnbilledReason;
import org.quotaledger.spi.QuotaStoreException;
import org.quotaledger.spi.UsageAudit;
import org.quotaledger.testkit.FailingStore.Outage;
import org.quotaledger.window.QuotaWindow;

/** What goes on while the store fails, and what it knows of that when it is back. */
abstract class OutageContract extends ContractSection {

    private static final int THREADS = 4;
    private static final int REQUESTS = 25;

    private AccountId key;
    private FailingStore failing;
    private FailOpenQuotaStore open;
    private QuotaLedger through;

    @SuppressWarnings("NullAway.Init") // Made before each test.
    OutageContract() {}

    /** A key of 100 tokens a day in a team of 1,000. */
    @BeforeEach
    void openALedgerThatFailsOpen() {
        AccountId team = account("team", daily(1000));
        key = account("key", team, daily(100));
        failing = new FailingStore(store);
        open = failingOpen(reserve -> true, 10);
        through = QuotaLedger.over(open);
    }

    private FailOpenQuotaStore failingOpen(Predicate<Command.Reserve> which, int most) {
        return FailOpenQuotaStore.builder(failing.store())
                .letThrough(which)
                .most(most)
                .clock(clock)
                .build();
    }

    private Reservation unrecorded(String id, long tokens) {
        Reservation let = through.reserve(request(id, key, tokens).build()).orThrow();
        assertThat(let.recorded()).isFalse();
        return let;
    }

    private void back() {
        failing.become(Outage.NONE);
    }

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
    @Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
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
    @Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
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
    void itCountsInTheWindowOfWhenItWasLetThrough() {
        failing.become(Outage.AWAY);
        clock.set(MIDNIGHT.minusSeconds(60));
        Reservation let = unrecorded("r", 30);
        clock.set(MIDNIGHT.plusSeconds(60));
        let.settle(tokens(25)).orThrow();
        clock.set(MIDNIGHT.plusSeconds(120));
        back();

        assertThat(open.record()).isZero();

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(state(let).reservedAt()).isEqualTo(MIDNIGHT.minusSeconds(60));
        assertThat(state(let).endedAt()).isEqualTo(MIDNIGHT.plusSeconds(60));
        assertThat(onlyRowOf(key).recordedAt()).isEqualTo(MIDNIGHT.plusSeconds(120));
    }

    private JournalRow onlyRowOf(AccountId account) {
        return journal().stream()
                .filter(row -> row.account().equals(account) && row.kind() == JournalKind.SETTLE)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void itAddsToWhatWasUsedInThatWindow() {
        clock.set(MIDNIGHT.minusSeconds(120));
        spend(key, 40);
        failing.become(Outage.AWAY);
        clock.set(MIDNIGHT.minusSeconds(60));
        unrecorded("r", 30).settle(tokens(30)).orThrow();
        clock.set(MIDNIGHT.plusSeconds(60));
        spend(key, 1); // Another node, which reaches the store.
        back();

        assertThat(open.record()).isZero();

        assertThat(usage(key)).isEqualTo("1 used, 0 held");
        assertThat(store.audit(key))
                .allMatch(UsageAudit::agrees)
                .extracting(audit -> audit.row().used())
                .containsExactlyInAnyOrder(70L, 1L);
    }

    @Test
    void aWindowThatOpensWithItsFirstUseOpensWithTheRecord() {
        relimit(
                key,
                limit("daily", 100, QuotaWindow.sinceFirstUse(Duration.ofHours(5)))
                        .build());
        failing.become(Outage.AWAY);
        unrecorded("r", 30).settle(tokens(30)).orThrow();
        Instant later = clock.advance(Duration.ofMinutes(3));
        back();

        assertThat(open.record()).isZero();

        assertThat(usage(key)).isEqualTo("30 used, 0 held");
        assertThat(status(key, "daily").span().startInclusive()).isEqualTo(later);
    }

    @Test
    void itCountsInAWindowThatWasOpenThenAndHasEndedSince() {
        relimit(
                key,
                limit("daily", 100, QuotaWindow.sinceFirstUse(Duration.ofHours(5)))
                        .build());
        spend(key, 40);
        failing.become(Outage.AWAY);
        Instant then = clock.advance(Duration.ofMinutes(3));
        Reservation let = unrecorded("r", 30);
        let.settle(tokens(30)).orThrow();
        clock.advance(Duration.ofHours(6));
        spend(key, 1); // Another node, which reaches the store.
        back();

        assertThat(open.record()).isZero();

        assertThat(state(let).reservedAt()).isEqualTo(then);
        assertThat(usage(key)).isEqualTo("1 used, 0 held");
        assertThat(store.audit(key))
                .allMatch(UsageAudit::agrees)
                .extracting(audit -> audit.row().used())
                .containsExactlyInAnyOrder(70L, 1L);
    }

    @Test
    void itIsChargedPastTheLimitWhichIsThenExhausted() {
        relimit(
                key,
                limit("daily", 100, DAILY)
                        .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                        .build());
        failing.become(Outage.AWAY);
        unrecorded("r", 500).settle(tokens(500)).orThrow();
        back();

        assertThat(open.record()).isZero();

        assertThat(usage(key)).isEqualTo("500 used, 0 held");
        assertThat(refusal(through.reserve(key, tokens(1))).code()).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);
    }

    @Test
    void aReserveWhoseAnswerWasLostIsSettledAndNotChargedTwice() {
        failing.become(Outage.ANSWERS_LOST);
        Reservation let = unrecorded("r", 30);
        failing.become(Outage.AWAY);
        let.settle(tokens(25)).orThrow();
        assertThat(usage(key)).isEqualTo("0 used, 30 held");
        back();

        assertThat(open.record()).isZero();

        assertThat(usage(key)).isEqualTo("25 used, 0 held");
        assertThat(state(let).status()).isEqualTo(ReservationStatus.SETTLED);
    }

    @Test
    void aRecordWhoseAnswerWasLostIsChargedOnce() {
        failing.become(Outage.AWAY);
        unrecorded("r", 30).settle(tokens(25)).orThrow();
        failing.become(Outage.ANSWERS_LOST);
        assertThat(open.record()).isOne();
        back();

        assertThat(open.record()).isZero();

        assertThat(usageOfAll(key)).isEqualTo("key/daily 25+0, team/daily 25+0");
    }

    @Test
    void aReserveWhoseAnswerWasLostIsReleasedWhenTheStoreIsBack() {
        failing.become(Outage.ANSWERS_LOST);
        Reservation let = unrecorded("r", 30);
        failing.become(Outage.AWAY);
        let.close();
        back();

        assertThat(open.record()).isZero();

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(journal()).isEmpty();
    }

    @Test
    void whatIsReleasedLeavesNothing() {
        failing.become(Outage.AWAY);
        unrecorded("r", 30).close();

        assertThat(open.unrecorded()).isOne(); // An id that the caller gave may be known: only the store can tell.
        through.reserve(key, tokens(30)).orThrow().close();
        assertThat(open.unrecorded()).isOne();
        back();

        assertThat(open.record()).isZero();
        assertThat(journal()).isEmpty();
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
    @Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
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

        assertThat(again.join().orThrow().recorded()).isFalse();
        assertThat(((Admission.Granted) again.join()).replayed()).isTrue();
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
    void aStoreThatComesBackBeforeTheSettleLearnsOfItByThat() {
        failing.become(Outage.AWAY);
        Reservation let = unrecorded("r", 30);
        back();
        assertThat(open.record()).isOne();

        let.settle(tokens(31)).orThrow();

        assertThat(open.record()).isZero();
        assertThat(onlyRowOf(key).units()).isEqualTo(31);
        assertThat(onlyRowOf(key).excess()).isEqualTo(1);
    }

    @Test
    void whatIsNotBilledIsJournaledWithItsReason() {
        failing.become(Outage.AWAY);
        unrecorded("r", 30).settleUnbilled(UnbilledReason.USAGE_MISSING).orThrow();
        through.reserve(ReserveRequest.unbilled(key, UnbilledReason.MODEL_MISSING)
                        .id("free")
                        .build())
                .orThrow();
        back();

        assertThat(open.record()).isZero();

        assertThat(journalLines())
                .containsExactlyInAnyOrder(
                        "UNBILLED key USAGE_MISSING",
                        "UNBILLED team USAGE_MISSING",
                        "UNBILLED key MODEL_MISSING",
                        "UNBILLED team MODEL_MISSING");
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
    }

    @Test
    void aStartedOneThatExpiresIsChargedWithItsProgress() {
        failing.become(Outage.AWAY);
        Reservation let = unrecorded("r", 30);
        let.progress(tokens(12)).orThrow();
        clock.advance(TIME_TO_LIVE);
        back();

        assertThat(open.record()).isZero();

        assertThat(usage(key)).isEqualTo("12 used, 0 held");
    }

    @Test
    void aLateSettleOfOneThatWasNotStartedIsRecorded() {
        failing.become(Outage.AWAY);
        Reservation let = unrecorded("r", 30);
        clock.advance(TIME_TO_LIVE);
        assertThat(open.record()).isOne();

        assertThat(let.settle(tokens(12)).orThrow().late()).isTrue();
        back();

        assertThat(open.record()).isZero();
        assertThat(usage(key)).isEqualTo("12 used, 0 held");
        assertThat(let.settle(tokens(12)).orThrow()).isEqualTo(new Settled(tokens(12), tokens(0), true, true));
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
                .failsWithin(Duration.ofSeconds(30))
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

    @Test
    void anIdThatIsKnownForAnotherRequestStaysWhatItIs() {
        ledger.charge(id("r"), key, tokens(7)).orThrow();
        failing.become(Outage.AWAY);
        unrecorded("r", 30).settle(tokens(25)).orThrow();
        back();

        assertThat(open.record()).isZero(); // What it cost is in the log.
        assertThat(usage(key)).isEqualTo("7 used, 0 held");
        assertThat(declined(through.settle(id("r"), tokens(25)))).isInstanceOf(Declined.Conflict.class);
    }

    @Test
    void anExcessIsCappedWhereTheLimitSaysSo() {
        relimit(
                key,
                limit("daily", 100, QuotaWindow.daily(ZoneOffset.UTC))
                        .onExcess(OnExcess.CAP)
                        .build());
        failing.become(Outage.AWAY);
        unrecorded("r", 30).settle(tokens(45)).orThrow();
        back();

        assertThat(open.record()).isZero();
        assertThat(usage(key)).isEqualTo("30 used, 0 held");
    }

    @Test
    void whatWasHeldAtTheEndTellsWhatIsExcess() {
        relimit(
                key,
                limit("daily", 100, QuotaWindow.daily(ZoneOffset.UTC))
                        .onExcess(OnExcess.CAP)
                        .build());
        failing.become(Outage.AWAY);
        settleWhatWasAdjusted("away");
        failing.become(Outage.ANSWERS_LOST);
        settleWhatWasAdjusted("lost");
        back();

        assertThat(open.record()).isZero();

        assertThat(usage(key)).isEqualTo("56 used, 0 held");
        assertThat(journal())
                .filteredOn(row -> row.kind() == JournalKind.SETTLE)
                .hasSize(4)
                .allMatch(row -> row.excess() == 0);
        assertThat(through.settle(id("lost"), tokens(28)).orThrow().excess()).isEqualTo(tokens(0));
    }

    private void settleWhatWasAdjusted(String id) {
        Reservation let = unrecorded(id, 15);
        failing.become(Outage.AWAY);
        let.adjust(tokens(30)).orThrow();
        assertThat(let.settle(tokens(28)).orThrow()).isEqualTo(new Settled(tokens(28), tokens(0), false, false));
    }

    @Test
    void anExcessThatALimitWouldRefuseIsChargedSinceItDidHappen() {
        relimit(
                key,
                limit("daily", 100, QuotaWindow.daily(ZoneOffset.UTC))
                        .onExcess(OnExcess.REFUSE)
                        .build());
        failing.become(Outage.ANSWERS_LOST);
        Reservation let = unrecorded("r", 30);
        let.settle(tokens(45)).orThrow();
        back();

        assertThat(open.record()).isZero();
        assertThat(usage(key)).isEqualTo("45 used, 0 held");
    }
}
