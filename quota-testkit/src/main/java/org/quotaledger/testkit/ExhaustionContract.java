package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.AccountStatus;
import org.quotaledger.accounting.JournalKind;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.policy.Suspension;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.UnbilledReason;
import org.quotaledger.window.QuotaWindow;

/** What happens when a limit is used up: refusing, suspending, observing. */
abstract class ExhaustionContract extends ContractSection {

    private static final QuotaWindow HOURLY = QuotaWindow.hourly(ZoneOffset.UTC);
    private static final Instant ONE = Instant.parse("2026-03-10T13:00:00Z");

    private static QuotaLimit suspending(long tokens) {
        return limit("daily", tokens, DAILY)
                .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                .build();
    }

    private static QuotaLimit suspendingUntilResumed(long tokens) {
        return limit("daily", tokens, DAILY)
                .onExhaustion(ExhaustionAction.suspendUntilResumed())
                .build();
    }

    private static QuotaLimit observing(long tokens) {
        return limit("daily", tokens, DAILY)
                .onExhaustion(ExhaustionAction.observe())
                .build();
    }

    private AccountEntry entry(AccountId account) {
        return admin.account(account).orElseThrow();
    }

    private AccountStatus status(AccountId account) {
        return entry(account).statusAt(clock.instant());
    }

    private @Nullable Suspension suspension(AccountId account) {
        return entry(account).suspensionAt(clock.instant());
    }

    private RefusalCode code(AccountId account, long tokens) {
        return refusal(reserve(account, tokens)).code();
    }

    // Facts

    @Test
    void strictRefusesWhatDoesNotFitAndAdmitsWhatDoes() {
        AccountId key = account("key", daily(100));
        spend(key, 70);

        assertThat(code(key, 31)).isEqualTo(RefusalCode.QUOTA_INSUFFICIENT);
        assertThat(usage(key)).isEqualTo("70 used, 0 held");
        assertThat(reserve(key, 30).granted()).isTrue();
    }

    @Test
    void aRefusalForLackOfRoomNeitherExhaustsNorSuspends() {
        AccountId key = account("key", suspending(50));

        assertThat(reserve(key, 60).granted()).isFalse();

        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(status(key, "daily").exhausted()).isFalse();
        assertThat(entry(key).version()).isEqualTo(1);
    }

    @Test
    void gracefulLetsTheRequestThatCrossesFinishAndRefusesTheNext() {
        AccountId key = account("key", limit("daily", 100, DAILY).graceful().build());
        spend(key, 90);

        spend(key, 60);

        assertThat(usage(key)).isEqualTo("150 used, 0 held");
        assertThat(code(key, 1)).isEqualTo(RefusalCode.QUOTA_EXHAUSTED);
    }

    @Test
    void exactlyAllUsedIsExhausted() {
        AccountId key = account("key", daily(100));

        spend(key, 100);

        assertThat(status(key, "daily").exhausted()).isTrue();
        assertThat(code(key, 1)).isEqualTo(RefusalCode.QUOTA_EXHAUSTED);
    }

    @Test
    void aLifetimeBudgetThatWasPassedAdmitsAgainAboveWhatIsUsedOnly() {
        AccountId key = account("key", budget("1.00"));
        Reservation hold = ledger.reserve(key, usd("1.00")).orThrow();
        hold.settle(usd("1.25")).orThrow();

        assertThat(status(key, "budget").used()).isEqualTo(Amount.of("1.25", Meter.USD));
        assertThat(status(key, "budget").exhausted()).isTrue();
        admin.override(key, budget("1.25"));
        assertThat(status(key, "budget").exhausted()).isTrue();
        assertThat(refusal(ledger.reserve(key, usd("0.01"))).code()).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);
        assertThat(suspension(key)).isEqualTo(new Suspension(NOON, null, "budget"));
        admin.override(key, budget("1.26"));
        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(ledger.reserve(key, usd("0.01")).granted()).isTrue();
    }

    private static QuotaLimit budget(String usd) {
        return QuotaLimit.builder("budget", Amount.of(usd, Meter.USD), QuotaWindow.lifetime())
                .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                .noAlerts()
                .build();
    }

    private static Charge usd(String amount) {
        return Charge.of(Amount.of(amount, Meter.USD));
    }

    @Test
    void loweredToWhatIsUsedExhaustsAndSuspendsAtOnceAndRaisedAboveItResumes() {
        AccountId key = account("key", suspending(100));
        spend(key, 80);

        AccountEntry lowered = admin.override(key, suspending(50));
        assertThat(lowered.statusAt(clock.instant())).isEqualTo(AccountStatus.SUSPENDED);
        assertThat(status(key, "daily").exhausted()).isTrue();
        assertThat(code(key, 1)).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);

        admin.override(key, suspending(200));
        spend(key, 40);
        assertThat(usage(key)).isEqualTo("120 used, 0 held");
        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
    }

    @Test
    void aSecondExhaustionKeepsTheFirstRecord() {
        AccountId key = account(
                "key",
                suspending(10),
                limit("hourly", 12, HOURLY)
                        .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                        .build());
        spend(key, 10);
        Suspension first = suspension(key);
        clock.advance(Duration.ofMinutes(1));

        ledger.charge(id("more"), key, tokens(5)).orThrow();

        assertThat(first).isEqualTo(new Suspension(NOON, MIDNIGHT, "daily"));
        assertThat(suspension(key)).isEqualTo(first);
    }

    @Test
    void aHoldOfAWindowThatIsOverIsChargedToThatOneAndSuspendsNothing() {
        AccountId key = account("key", suspending(60));
        clock.set(MIDNIGHT.minusSeconds(60));
        Reservation hold = hold(key, 60);
        clock.set(MIDNIGHT.plusSeconds(60));

        hold.settle(tokens(30)).orThrow();
        assertThat(usage(key)).isEqualTo("0 used, 0 held");

        clock.set(MIDNIGHT.plusSeconds(30));
        Reservation other = hold(key, 1);
        ledger.refund(id("r"), hold.id(), tokens(30)).orThrow();
        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        other.release();
    }

    // Suspending

    @Test
    void aSettleThatReachesTheLimitSuspendsUntilTheWindowEnds() {
        AccountId key = account("key", suspending(10));

        spend(key, 10);

        assertThat(suspension(key)).isEqualTo(new Suspension(NOON, MIDNIGHT, "daily"));
        assertThat(code(key, 1)).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);
        assertThat(refusal(reserve(key, 1)).retry()).contains(MIDNIGHT);
        clock.set(MIDNIGHT.minus(MICROSECOND));
        assertThat(reserve(key, 1).granted()).isFalse();
        clock.set(MIDNIGHT);
        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(reserve(key, 1).granted()).isTrue();
    }

    @Test
    void aDirectChargeAndAnExpiryThatReachTheLimitSuspend() {
        AccountId charged = account("charged", suspending(10));
        AccountId expired = account("expired", suspending(10));

        ledger.charge(id("c"), charged, tokens(11)).orThrow();
        hold(expired, 10).progress(tokens(10)).orThrow();
        clock.advance(TIME_TO_LIVE);
        admin.sweep(10);

        assertThat(status(charged)).isEqualTo(AccountStatus.SUSPENDED);
        assertThat(suspension(expired)).isEqualTo(new Suspension(NOON.plus(TIME_TO_LIVE), MIDNIGHT, "daily"));
    }

    @Test
    void aLimitThatIsAddedOrGetsAnotherWindowAndIsExhaustedByThatSuspendsAtOnce() {
        AccountId added = account("added");
        AccountId changed = account("changed", suspending(10));
        ledger.charge(id("c1"), added, tokens(10)).orThrow();
        ledger.charge(id("c2"), changed, tokens(9)).orThrow();

        admin.override(added, suspending(10));
        admin.override(
                changed,
                limit("daily", 9, HOURLY)
                        .onExhaustion(ExhaustionAction.suspendUntilResumed())
                        .build());

        assertThat(status(added)).isEqualTo(AccountStatus.SUSPENDED);
        assertThat(status(changed)).isEqualTo(AccountStatus.SUSPENDED);
        clock.set(MIDNIGHT);
        assertThat(status(added)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(status(changed)).isEqualTo(AccountStatus.SUSPENDED);
    }

    @Test
    void aSuspensionByARollingLimitOfNothingEndsWhenNothingUsedCountsAnyMore() {
        AccountId key = account("key");
        ledger.charge(id("c"), key, tokens(4)).orThrow();
        clock.advance(Duration.ofMinutes(90));
        ledger.charge(id("nothing"), key, tokens(0)).orThrow();

        admin.override(
                key,
                limit("rolling", 0, QuotaWindow.rolling(Duration.ofHours(2), Duration.ofMinutes(10)))
                        .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                        .build());

        clock.set(NOON.plus(Duration.ofMinutes(130)));
        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
    }

    @Test
    void anotherWindowThatIsExhaustedTooEndsNoSuspension() {
        AccountId key = account("key", suspending(10));
        spend(key, 10);

        admin.override(
                key,
                limit("daily", 10, HOURLY)
                        .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                        .build());

        assertThat(status(key)).isEqualTo(AccountStatus.SUSPENDED);
    }

    private AccountId keyOfAPolicyThatSuspendsUntilResumed() {
        admin.createPolicy(QuotaPolicy.of(
                "standard",
                limit("daily", 10, DAILY)
                        .onExhaustion(ExhaustionAction.suspendUntilResumed())
                        .build()));
        AccountId key = admin.createAccount(
                        Account.builder("key").policy("standard").build())
                .id();
        spend(key, 10);
        return key;
    }

    @Test
    void aChangeOfAnotherLimitEndsNoSuspension() {
        AccountId key = keyOfAPolicyThatSuspendsUntilResumed();
        clock.set(MIDNIGHT);

        admin.override(key, limit("hourly", 100, HOURLY).build());

        assertThat(status(key)).isEqualTo(AccountStatus.SUSPENDED);
    }

    @Test
    void aChangeOfAnotherLimitSuspendsNobodyAgainWhomAPersonResumed() {
        AccountId key = keyOfAPolicyThatSuspendsUntilResumed();
        admin.resume(key);

        admin.override(key, limit("hourly", 100, HOURLY).build());

        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
    }

    @Test
    void whatIsHeldExhaustsNothing() {
        AccountId key = account("key", suspending(10));

        Reservation hold = hold(key, 10);

        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        hold.release();
    }

    @Test
    void anExhaustedParentIsSuspendedAndItsAccountsAreRefused() {
        AccountId team = account("team", suspending(10));
        AccountId key = account("key", team, daily(100));
        spend(key, 10);

        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(status(team)).isEqualTo(AccountStatus.SUSPENDED);
        assertThat(refusal(reserve(key, 1)).cause()).isEqualTo(team);
    }

    @Test
    void settlingAndRefundingGoOnAndUnbilledRequestsPassWhileItIsSuspended() {
        AccountId key = account("key", suspending(10));
        Reservation open = hold(key, 2);
        ledger.charge(id("c"), key, tokens(20)).orThrow();

        assertThat(open.settle(tokens(2)).done()).isTrue();
        assertThat(ledger.reserve(ReserveRequest.unbilled(key, UnbilledReason.MODEL_MISSING)
                                .build())
                        .granted())
                .isTrue();
        assertThat(ledger.refund(id("r"), id("c"), tokens(1)).done()).isTrue();
        assertThat(status(key)).isEqualTo(AccountStatus.SUSPENDED);
    }

    @Test
    void aRefundThatLeavesRoomResumesWhatItsLimitSuspendedUntilTheWindowEnds() {
        AccountId key = account("key", suspending(10));
        Reservation spent = spend(key, 10);

        ledger.refund(id("r"), spent.id(), tokens(1)).orThrow();

        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(reserve(key, 1).granted()).isTrue();
    }

    @Test
    void aRefundDoesNotResumeWhatOnlyAPersonResumes() {
        AccountId key = account("key", suspendingUntilResumed(10));
        Reservation spent = spend(key, 10);

        ledger.refund(id("r"), spent.id(), tokens(5)).orThrow();

        assertThat(suspension(key)).isEqualTo(new Suspension(NOON, null, "daily"));
        assertThat(refusal(reserve(key, 1)).retry()).isEmpty();
        admin.resume(key);
        assertThat(reserve(key, 1).granted()).isTrue();
    }

    @Test
    void aRefundOfAnotherLimitsChargeDoesNotResume() {
        AccountId key = account(
                "key",
                suspending(10),
                limit("hourly", 12, HOURLY)
                        .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                        .build());
        spend(key, 10);
        ledger.charge(id("c"), key, tokens(2)).orThrow();

        ledger.refund(id("r"), id("c"), tokens(2)).orThrow();

        assertThat(suspension(key)).isEqualTo(new Suspension(NOON, MIDNIGHT, "daily"));
    }

    @Test
    void aSuspensionUntilResumedOutlastsItsWindow() {
        AccountId key = account("key", suspendingUntilResumed(10));
        spend(key, 10);
        clock.set(MIDNIGHT.plusSeconds(60));

        assertThat(code(key, 1)).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);
        assertThat(admin.resume(key).statusAt(clock.instant())).isEqualTo(AccountStatus.ACTIVE);
        assertThat(reserve(key, 10).granted()).isTrue();
    }

    @Test
    void aPersonResumesBeforeTheWindowEndsAndTheLimitStillRefuses() {
        AccountId key = account("key", suspending(10));
        Reservation open = hold(key, 3);
        ledger.charge(id("c"), key, tokens(10)).orThrow();

        admin.resume(key);
        assertThat(code(key, 1)).isEqualTo(RefusalCode.QUOTA_EXHAUSTED);
        open.settle(tokens(3)).orThrow();

        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
    }

    @Test
    void aHandDisabledAccountStaysDisabledWhateverEndsItsSuspension() {
        AccountId key = account("key", suspending(10));
        spend(key, 10);
        admin.disable(key);

        assertThat(status(key)).isEqualTo(AccountStatus.DISABLED);
        admin.resume(key);
        assertThat(status(key)).isEqualTo(AccountStatus.DISABLED);
        clock.set(MIDNIGHT);
        assertThat(code(key, 1)).isEqualTo(RefusalCode.ACCOUNT_DISABLED);
    }

    @Test
    void aDisabledAccountThatIsExhaustedIsBothAndEnabledItIsSuspended() {
        AccountId key = account("key", suspending(10));
        admin.disable(key);
        ledger.charge(id("c"), key, tokens(10)).orThrow();

        assertThat(status(key)).isEqualTo(AccountStatus.DISABLED);
        admin.enable(key);
        assertThat(status(key)).isEqualTo(AccountStatus.SUSPENDED);
        assertThat(suspension(key)).isEqualTo(new Suspension(NOON, MIDNIGHT, "daily"));
    }

    @Test
    void aPersonsSuspensionIsNotOverwrittenByAnExhaustion() {
        AccountId key = account("key", suspending(10));
        admin.suspend(key, ONE);

        ledger.charge(id("c"), key, tokens(10)).orThrow();
        admin.override(key, suspending(100));

        assertThat(suspension(key)).isEqualTo(new Suspension(NOON, ONE, null));
    }

    @Test
    void aRollingLimitSuspendsUntilEnoughOfItCountsNoMore() {
        QuotaLimit rolling = limit("rolling", 10, QuotaWindow.rolling(Duration.ofHours(1), Duration.ofMinutes(10)))
                .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                .build();
        AccountId key = account("key", rolling);
        spend(key, 4);
        clock.advance(Duration.ofMinutes(10));
        spend(key, 4);
        clock.advance(Duration.ofMinutes(10));
        ledger.charge(id("c"), key, tokens(6)).orThrow();

        assertThat(suspension(key))
                .isEqualTo(new Suspension(clock.instant(), NOON.plus(Duration.ofMinutes(80)), "rolling"));
        clock.set(NOON.plus(Duration.ofMinutes(80)));
        assertThat(reserve(key, 4).granted()).isTrue();
    }

    @Test
    void aWindowSinceFirstUseSuspendsUntilItEnds() {
        AccountId key = account(
                "key",
                limit("five", 10, QuotaWindow.sinceFirstUse(Duration.ofHours(5)))
                        .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                        .build());
        spend(key, 1);
        clock.advance(Duration.ofHours(2));
        spend(key, 9);

        assertThat(suspension(key)).isEqualTo(new Suspension(clock.instant(), NOON.plus(Duration.ofHours(5)), "five"));
    }

    @Test
    void theRetryTimeWaitsForTheSuspensionAndForRoom() {
        AccountId key = account(
                "key",
                limit("hourly", 10, HOURLY)
                        .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                        .build(),
                daily(12));
        spend(key, 10);

        assertThat(refusal(reserve(key, 2)).retry()).contains(ONE);
        assertThat(refusal(reserve(key, 3)).retry()).contains(MIDNIGHT);
        assertThat(refusal(reserve(key, 13)).retry()).isEmpty();
        assertThat(refusal(reserve(key, 3)).limits()).isEmpty();
    }

    @Test
    void aLimitOfNothingSuspendsNobodyWhoUsesNothing() {
        AccountId key = account("key", suspending(0));

        spend(key, 0);
        admin.override(key, suspending(1));
        admin.override(key, suspending(0));

        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        ledger.charge(id("c"), key, tokens(1)).orThrow();
        assertThat(status(key)).isEqualTo(AccountStatus.SUSPENDED);
    }

    @Test
    void aChangeOfAnotherKindNeitherSuspendsAgainNorResumes() {
        AccountId key = account("key", suspending(10));
        AccountId until = account("until", suspendingUntilResumed(10));
        spend(key, 10);
        spend(until, 10);
        admin.resume(key);

        admin.expireAt(key, NOON.plus(Duration.ofDays(9)));
        admin.override(key, limit("hourly", 100, HOURLY).build());
        clock.set(MIDNIGHT);
        admin.expireAt(until, NOON.plus(Duration.ofDays(9)));
        admin.override(until, limit("hourly", 100, HOURLY).build());

        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(status(until)).isEqualTo(AccountStatus.SUSPENDED);
    }

    @Test
    void anExhaustedLimitThatComesToSuspendDoesSoAtOnceAndOneThatNoLongerDoesResumes() {
        AccountId key = account("key", daily(10));
        spend(key, 10);

        admin.override(key, suspending(10));
        assertThat(status(key)).isEqualTo(AccountStatus.SUSPENDED);
        admin.override(key, daily(10));
        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        admin.override(key, suspendingUntilResumed(10));
        assertThat(status(key)).isEqualTo(AccountStatus.SUSPENDED);
        admin.withoutOverride(key, "daily");
        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
    }

    @Test
    void aPolicyEditSuspendsAndResumesEveryAccountOfItAtOnce() {
        admin.createPolicy(QuotaPolicy.of("standard", suspending(100)));
        AccountId much = accountOf("much");
        AccountId little = accountOf("little");
        spend(much, 80);
        spend(little, 20);

        admin.changePolicy("standard", before -> QuotaPolicy.of("standard", suspending(50)));
        assertThat(status(much)).isEqualTo(AccountStatus.SUSPENDED);
        assertThat(status(little)).isEqualTo(AccountStatus.ACTIVE);

        admin.changePolicy("standard", before -> QuotaPolicy.of("standard", suspending(81)));
        assertThat(status(much)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(reserve(much, 1).granted()).isTrue();
    }

    private AccountId accountOf(String id) {
        return admin.createAccount(Account.builder(id).policy("standard").build())
                .id();
    }

    @Test
    void anotherPolicySuspendsAndResumesAsItsLimitsSay() {
        admin.createPolicy(QuotaPolicy.of("small", suspending(10)));
        admin.createPolicy(QuotaPolicy.of("standard", suspending(100)));
        AccountId key = accountOf("key");
        spend(key, 20);

        admin.changeAccount(key, before -> before.toBuilder().policy("small").build());
        assertThat(status(key)).isEqualTo(AccountStatus.SUSPENDED);
        admin.changeAccount(key, before -> before.toBuilder().policy("standard").build());
        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
    }

    @Test
    void aChangeThatWasReadBeforeASuspensionIsMadeOfWhatIs() {
        AccountId key = account("key", suspending(10));
        boolean[] first = {true};

        admin.changeAccount(key, before -> {
            if (first[0]) {
                first[0] = false;
                spend(key, 10);
            }
            return before.toBuilder().expiresAt(MIDNIGHT).build();
        });

        assertThat(status(key)).isEqualTo(AccountStatus.SUSPENDED);
    }

    // Observing

    @Test
    void anObservingLimitRefusesNothingAndRecordsWhatItWouldHave() {
        AccountId key = account("key", observing(10));
        spend(key, 8);

        assertThat(reserve(key, 2).orThrow().release().done()).isTrue();
        assertThat(journal().stream().filter(row -> row.kind() == JournalKind.OBSERVED))
                .isEmpty();
        Reservation passed = hold(key, 3);
        assertThat(state(passed).observed()).isEqualTo(RefusalCode.QUOTA_INSUFFICIENT);
        passed.settle(tokens(3)).orThrow();

        assertThat(usage(key)).isEqualTo("11 used, 0 held");
        assertThat(onlyRow(JournalKind.OBSERVED).reason()).isEqualTo("quota_insufficient");
        List<String> observed = reserve(key, 1)
                .fold(
                        granted -> limitNames(granted.observed().orElseThrow()),
                        refused -> List.<String>of(),
                        conflict -> List.<String>of());
        assertThat(observed).containsExactly("key/daily");
    }

    @Test
    void anObservingLimitDoesNotHideOneThatRefuses() {
        AccountId key = account("key", observing(10), limit("hourly", 5, HOURLY).build());

        assertThat(limitNames(refusal(reserve(key, 11)))).containsExactly("key/hourly");
        assertThat(reserve(key, 5).granted()).isTrue();
    }

    @Test
    void anObservingLimitTakesNothingFromWhatAnAtMostReserveGets() {
        AccountId key =
                account("key", observing(10), limit("hourly", 50, HOURLY).build());

        assertThat(ledger.reserve(atMost(key, 20).build()).orThrow().held()).isEqualTo(tokens(20));
    }

    @Test
    void aHoldGrowsPastAnObservingLimit() {
        AccountId key = account("key", observing(10));
        Reservation hold = hold(key, 10);

        assertThat(hold.adjust(tokens(20)).done()).isTrue();
    }
}
