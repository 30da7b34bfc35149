package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.DefinitionException;
import org.quotaledger.admin.Relaxation;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.alert.Severity;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.history.Change;
import org.quotaledger.history.HistoryQuery;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.OnExcess;
import org.quotaledger.policy.OnExpiry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.report.ReportQuery;
import org.quotaledger.reservation.Declined;
import org.quotaledger.window.QuotaWindow;

/** What people do by hand: set amounts, top up, charge and refund for a reason, and tighten. */
abstract class AdministrationContract extends ContractSection {

    private static final QuotaWindow LIFETIME = QuotaWindow.lifetime();

    private Amount limitOf(AccountId account, String limit) {
        return status(account, limit).limit().amount();
    }

    private static void refused(DefinitionException.Reason reason, ThrowingCallable change) {
        assertThatThrownBy(change)
                .isInstanceOfSatisfying(
                        DefinitionException.class,
                        refused -> assertThat(refused.reason())
                                .as(refused.getMessage())
                                .isEqualTo(reason));
    }

    /** Says who did what to an account and why, the latest first. */
    private List<String> told(AccountId account) {
        return admin.history(HistoryQuery.of(account)).stream()
                .map(kept -> (Change.OfAccount) kept.change())
                .map(change -> change.actor() + " " + change.kind() + " " + change.operation() + " " + change.note())
                .toList();
    }

    @Test
    void anAmountIsSetForTheOneAccountAndWhatIsUsedStays() {
        admin.createPolicy(QuotaPolicy.of("standard", daily(10)));
        AccountId key = admin.createAccount(
                        Account.builder("key").policy("standard").build())
                .id();
        AccountId other = admin.createAccount(
                        Account.builder("other").policy("standard").build())
                .id();
        spend(key, 10);

        admin.setAmount(key, "daily", amount(15));

        assertThat(limitOf(key, "daily")).isEqualTo(amount(15));
        assertThat(usage(key)).isEqualTo("10 used, 0 held");
        assertThat(limitOf(other, "daily")).isEqualTo(amount(10));
        refusal(reserve(key, 6));
        hold(key, 5);
    }

    @Test
    void anAmountThatIsSetStaysWhateverBecomesOfThePolicys() {
        admin.createPolicy(QuotaPolicy.of("standard", daily(10)));
        AccountId key = admin.createAccount(
                        Account.builder("key").policy("standard").build())
                .id();

        admin.setAmount(key, "daily", amount(10));
        admin.setAmount("standard", "daily", amount(5));

        assertThat(limitOf(key, "daily")).isEqualTo(amount(10));
    }

    @Test
    void anAmountSetToWhatIsUsedSuspendsAtOnceAndAboveItResumes() {
        AccountId key = account(
                "key",
                limit("daily", 100, DAILY)
                        .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                        .build());
        spend(key, 80);

        admin.setAmount(key, "daily", amount(80));
        assertThat(admin.account(key).orElseThrow().suspension()).isNotNull();

        admin.setAmount(key, "daily", amount(81));
        assertThat(admin.account(key).orElseThrow().suspension()).isNull();
    }

    @Test
    void anAmountOfAPolicyIsSetForAllThatHaveNoneOfTheirOwn() {
        admin.createPolicy(
                QuotaPolicy.of("standard", daily(10), limit("all", 50, LIFETIME).build()));
        AccountId key = admin.createAccount(
                        Account.builder("key").policy("standard").build())
                .id();
        AccountId own = admin.createAccount(Account.builder("own")
                        .policy("standard")
                        .override(daily(3))
                        .build())
                .id();

        admin.setAmount("standard", "daily", amount(20));

        assertThat(limitOf(key, "daily")).isEqualTo(amount(20));
        assertThat(limitOf(key, "all")).isEqualTo(amount(50));
        assertThat(limitOf(own, "daily")).isEqualTo(amount(3));
        assertThatThrownBy(() -> admin.setAmount("standard", "weekly", amount(1)))
                .hasMessageContaining("weekly");
    }

    @Test
    void anAmountOfAnotherMeterOrOfALimitThatIsNotThereIsRefused() {
        AccountId key = account("key", daily(10));

        refused(
                DefinitionException.Reason.INVALID,
                () -> admin.setAmount(key, "daily", Amount.ofUnits(1, Meter.REQUESTS)));
        refused(DefinitionException.Reason.NOT_FOUND, () -> admin.setAmount(key, "weekly", amount(1)));
        refused(
                DefinitionException.Reason.NOT_FOUND,
                () -> admin.setAmount(AccountId.of("nobody"), "daily", amount(1)));
        assertThat(admin.setAmount(key, "daily", amount(10)).version()).isEqualTo(1);
    }

    @Test
    void aTopUpRaisesALifetimeBudgetOnceForItsId() {
        AccountId key = account(
                "key",
                limit("budget", 100, LIFETIME)
                        .onExhaustion(ExhaustionAction.suspendUntilResumed())
                        .build());
        spend(key, 100);

        admin.as("ann").topUp(id("t1"), key, "budget", amount(50));
        admin.as("bob").topUp(id("t1"), key, "budget", amount(50));

        assertThat(limitOf(key, "budget")).isEqualTo(amount(150));
        assertThat(admin.account(key).orElseThrow().suspension()).isNull();
        assertThat(told(key).get(0)).isEqualTo("ann TOP_UP t1 budget + 50 tokens");
        admin.topUp(id("t2"), key, "budget", amount(50));
        assertThat(limitOf(key, "budget")).isEqualTo(amount(200));
        assertThat(usage(key, "budget")).isEqualTo("100 used, 0 held");
    }

    @Test
    void aTopUpOfALimitOfThePolicyIsTheAccountsOwn() {
        admin.createPolicy(
                QuotaPolicy.of("standard", limit("budget", 100, LIFETIME).build()));
        AccountId key = admin.createAccount(
                        Account.builder("key").policy("standard").build())
                .id();
        AccountId other = admin.createAccount(
                        Account.builder("other").policy("standard").build())
                .id();
        spend(key, 30);

        admin.topUp(id("t1"), key, "budget", amount(50));

        assertThat(limitOf(key, "budget")).isEqualTo(amount(150));
        assertThat(usage(key, "budget")).isEqualTo("30 used, 0 held");
        assertThat(limitOf(other, "budget")).isEqualTo(amount(100));
    }

    @Test
    void theSameTopUpWithAnotherAmountLimitOrAccountIsAConflict() {
        AccountId key = account(
                "key",
                limit("budget", 100, LIFETIME).build(),
                limit("other", 100, LIFETIME).build());
        AccountId another = account("another", limit("budget", 100, LIFETIME).build());
        admin.topUp(id("t1"), key, "budget", amount(50));

        refused(DefinitionException.Reason.ID_CONFLICT, () -> admin.topUp(id("t1"), key, "budget", amount(51)));
        refused(DefinitionException.Reason.ID_CONFLICT, () -> admin.topUp(id("t1"), key, "other", amount(50)));
        refused(DefinitionException.Reason.ID_CONFLICT, () -> admin.topUp(id("t1"), another, "budget", amount(50)));
        assertThat(limitOf(key, "budget")).isEqualTo(amount(150));
        assertThat(limitOf(another, "budget")).isEqualTo(amount(100));
    }

    @Test
    void onlyALifetimeBudgetIsToppedUpAndOnlyByMoreThanNothing() {
        AccountId key = account("key", daily(10), limit("budget", 100, LIFETIME).build());

        refused(DefinitionException.Reason.INVALID, () -> admin.topUp(id("t1"), key, "daily", amount(1)));
        refused(
                DefinitionException.Reason.INVALID,
                () -> admin.topUp(id("t1"), key, "budget", Amount.ofUnits(1, Meter.REQUESTS)));
        assertThatThrownBy(() -> admin.topUp(id("t1"), key, "budget", amount(0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> admin.topUp(id("t1"), key, "budget", amount(Long.MAX_VALUE)))
                .isInstanceOf(ArithmeticException.class);
        assertThat(admin.account(key).orElseThrow().version()).isEqualTo(1);
    }

    @Test
    void threadsThatRaceWithTheSameTopUpDoItOnce() throws InterruptedException {
        AccountId key = account("key", limit("budget", 100, LIFETIME).build());

        Race.of(8, thread -> admin.topUp(id("t" + thread % 2), key, "budget", amount(10)));

        assertThat(limitOf(key, "budget")).isEqualTo(amount(120));
    }

    @Test
    void aChargeByHandCountsOnTheWholeChainAndAsNoRequest() {
        AccountId team = account("team", daily(100));
        AccountId key = account("key", team, daily(10));
        spend(key, 4);
        clock.advance(Duration.ofMinutes(1));

        assertThat(admin.as("ann")
                        .charge(id("c1"), key, tokens(9), "as on the invoice")
                        .orThrow()
                        .replayed())
                .isFalse();

        assertThat(usageOfAll(key)).isEqualTo("key/daily 13+0, team/daily 13+0");
        assertThat(journalLines())
                .contains("CHARGE key 9 tokens as on the invoice", "CHARGE team 9 tokens as on the invoice");
        assertThat(told(key).get(0)).isEqualTo("ann CHARGE c1 as on the invoice");
        assertThat(ledger.reports().totals(ReportQuery.ALL).requests()).isEqualTo(1);
        assertThat(ledger.reports().totals(ReportQuery.ALL).used(Meter.TOKENS)).isEqualTo(amount(13));
    }

    @Test
    void aChargeByHandIsDoneOnceForItsId() {
        AccountId key = account("key", daily(10));
        admin.charge(id("c1"), key, tokens(3), "as on the invoice");

        assertThat(admin.charge(id("c1"), key, tokens(3), "again").orThrow().replayed())
                .isTrue();
        assertThat(conflict(admin.charge(id("c1"), key, tokens(4), "again"))).isEqualTo("charge");

        assertThat(usage(key)).isEqualTo("3 used, 0 held");
        assertThat(told(key)).hasSize(2);
    }

    @Test
    void aChargeByHandCanExhaustAndAlert() {
        AccountId key = account(
                "key",
                limit("daily", 10, DAILY)
                        .alertAt(AlertThreshold.percent(80))
                        .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                        .build());

        admin.charge(id("c1"), key, tokens(10), "as on the invoice");

        assertThat(events.stream().map(LedgerEvent::kind))
                .containsExactlyInAnyOrder(
                        LedgerEvent.Kind.ALERT, LedgerEvent.Kind.EXHAUSTED, LedgerEvent.Kind.SUSPENDED);
    }

    @Test
    void aRefundByHandGivesBackNoMoreThanWasChargedAndIsKeptWithItsReason() {
        AccountId key = account("key", daily(10));
        var spent = spend(key, 8);

        admin.as("ann")
                .refund(id("r1"), spent.id(), tokens(5), "upstream was down")
                .orThrow();
        assertThat(admin.refund(id("r1"), spent.id(), tokens(5), "again")
                        .orThrow()
                        .replayed())
                .isTrue();
        assertThat(declined(admin.refund(id("r2"), spent.id(), tokens(4), "again")))
                .isInstanceOf(Declined.RefundTooLarge.class);

        assertThat(usage(key)).isEqualTo("3 used, 0 held");
        assertThat(journalLines()).contains("REFUND key -5 tokens upstream was down");
        assertThat(told(key).get(0)).isEqualTo("ann REFUND r1 upstream was down");
        assertThat(ledger.reports().totals(ReportQuery.ALL).refunds()).isZero();
    }

    @Test
    void whatIsDoneByHandNamesAReason() {
        AccountId key = account("key", daily(10));

        assertThatThrownBy(() -> admin.charge(id("c1"), key, tokens(1), ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reason");
        assertThatThrownBy(() -> admin.charge(id("c1"), key, tokens(1), "x".repeat(201)))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(journal()).isEmpty();
        assertThat(told(key)).hasSize(1);
    }

    private static Account.Builder tight() {
        return Account.builder("key")
                .parent("team")
                .policy("standard")
                .disabled(true)
                .expiresAt(MIDNIGHT)
                .override(limit("own", 10, DAILY)
                        .onExcess(OnExcess.CAP)
                        .onExpiry(OnExpiry.HOLD)
                        .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                        .alertAt(AlertThreshold.percent(50, Severity.URGENT, "owner", "admin"))
                        .build());
    }

    private AccountId tightened() {
        admin.createPolicy(QuotaPolicy.of("standard", daily(100)));
        admin.createPolicy(QuotaPolicy.of("other", daily(100)));
        account("team");
        return admin.createAccount(tight().build()).id();
    }

    private void relaxed(AccountId key, UnaryOperator<Account.Builder> change, String... named) {
        List<String> relaxations = admin.tighten(
                        key, before -> change.apply(before.toBuilder()).build())
                .fold(
                        account -> List.of(),
                        relaxed -> relaxed.stream().map(Relaxation::toString).toList());
        assertThat(relaxations).containsExactly(named);
    }

    @Test
    void anOwnerMayTightenAnAccount() {
        AccountId key = tightened();

        AccountEntry answer = admin.as("owner")
                .tighten(
                        key,
                        before -> before.toBuilder()
                                .expiresAt(MIDNIGHT.minusSeconds(1))
                                .override(daily(50))
                                .override(tight().build().overrides().get(0).toBuilder()
                                        .onExhaustion(ExhaustionAction.suspendUntilResumed())
                                        .alertDebounce(Duration.ZERO)
                                        .build()
                                        .withAmount(amount(9)))
                                .override(limit("more", 1, LIFETIME).build())
                                .build())
                .orThrow();

        assertThat(admin.account(key)).contains(answer);
        assertThat(limitOf(key, "daily")).isEqualTo(amount(50));
        assertThat(limitOf(key, "own")).isEqualTo(amount(9));
        assertThat(limitOf(key, "more")).isEqualTo(amount(1));
        assertThat(told(key).get(0)).isEqualTo("owner CHANGE null null");
    }

    @Test
    void anAccountTightenedToWhatIsUsedIsSuspendedAtOnce() {
        AccountId key = account(
                "key",
                limit("daily", 100, DAILY)
                        .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                        .build());
        spend(key, 80);

        AccountEntry answer = admin.tighten(
                        key,
                        before -> before.toBuilder()
                                .override(before.overrides().get(0).withAmount(amount(50)))
                                .build())
                .orThrow();

        assertThat(answer.suspension()).isNotNull();
        assertThat(usage(key)).isEqualTo("80 used, 0 held");
    }

    @Test
    void whatWouldRelaxAnAccountIsNamedAndNothingIsChanged() {
        AccountId key = tightened();

        relaxed(
                key,
                change -> change.withoutOverride("own"),
                "amount of limit own is 10 tokens and would be unlimited");
        relaxed(
                key,
                change -> change.override(daily(101)),
                "amount of limit daily is 100 tokens and would be 101 tokens");
        relaxed(key, change -> change.parent((AccountId) null), "parent is team and would be none");
        relaxed(key, change -> change.policy("other"), "policy is standard and would be other");
        relaxed(key, change -> change.disabled(false), "disabled is true and would be false");
        relaxed(key, change -> change.expiresAt(null), "expiresAt is " + MIDNIGHT + " and would be none");
        relaxed(
                key,
                change -> change.expiresAt(MIDNIGHT.plusSeconds(1)),
                "expiresAt is " + MIDNIGHT + " and would be " + MIDNIGHT.plusSeconds(1));
        relaxed(
                key,
                change -> change.disabled(false).withoutOverride("own").override(daily(1_000)),
                "disabled is true and would be false",
                "amount of limit daily is 100 tokens and would be 1000 tokens",
                "amount of limit own is 10 tokens and would be unlimited");

        assertThat(admin.account(key).orElseThrow().version()).isEqualTo(1);
        assertThatThrownBy(() -> admin.tighten(
                                key,
                                before -> before.toBuilder()
                                        .withoutOverride("own")
                                        .build())
                        .orThrow())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("limit own");
    }

    @Test
    void everyChoiceOfALimitStaysAtLeastAsTight() {
        AccountId key = tightened();
        QuotaLimit own = tight().build().overrides().get(0);

        relaxed(
                key,
                change -> change.override(own.toBuilder().graceful().build()),
                "boundary of limit own is STRICT and would be GRACEFUL");
        relaxed(
                key,
                change -> change.override(
                        own.toBuilder().onExcess(OnExcess.CHARGE).build()),
                "onExcess of limit own is CAP and would be CHARGE");
        relaxed(
                key,
                change -> change.override(
                        own.toBuilder().onExpiry(OnExpiry.NOTHING).build()),
                "onExpiry of limit own is HOLD and would be NOTHING");
        relaxed(
                key,
                change -> change.override(
                        own.toBuilder().onExhaustion(ExhaustionAction.observe()).build()),
                "onExhaustion of limit own is suspend until window end and would be observe");
        relaxed(
                key,
                change -> change.override(
                        own.toBuilder().chargeTime(ChargeTime.SETTLE).build()),
                "chargeTime of limit own is RESERVE and would be SETTLE");
        relaxed(
                key,
                change -> change.override(
                        limit("daily", 1, QuotaWindow.hourly(ZoneOffset.UTC)).build()),
                "window of limit daily is " + DAILY + " and would be " + QuotaWindow.hourly(ZoneOffset.UTC));
        relaxed(
                key,
                change -> change.override(own.toBuilder()
                        .alertAt(AlertThreshold.percent(50, Severity.URGENT, "owner"))
                        .alertDebounce(Duration.ofHours(2))
                        .build()),
                "alert at 50% of limit own is URGENT to owner, admin and would be URGENT to owner",
                "alertDebounce of limit own is PT1H and would be PT2H");
        assertThat(admin.account(key).orElseThrow().version()).isEqualTo(1);
    }

    @Test
    void noLimitIsAddedThatChargesAnotherAccountOrLetsOthersChargeLess() {
        AccountId key = tightened();
        account("rich");
        ExhaustionAction toRich = ExhaustionAction.overflowTo(AccountId.of("rich"));

        relaxed(
                key,
                change -> change.override(
                        limit("more", 0, DAILY).onExhaustion(toRich).build()),
                "onExhaustion of limit more is none and would be overflow to rich");
        relaxed(
                key,
                change -> change.override(tight().build().overrides().get(0).toBuilder()
                        .onExhaustion(toRich)
                        .build()),
                "onExhaustion of limit own is suspend until window end and would be overflow to rich");
        relaxed(
                key,
                change -> change.override(
                        limit("more", 5, DAILY).onExcess(OnExcess.REFUSE).build()),
                "onExcess of limit more is CAP and would be REFUSE");
        relaxed(
                key,
                change -> change.override(QuotaLimit.builder("more", Amount.ofUnits(5, Meter.REQUESTS), DAILY)
                        .onExpiry(OnExpiry.NOTHING)
                        .build()),
                "onExpiry of limit more is PROGRESS and would be NOTHING");
    }

    /** The limit that is exhausted first says how long the account is suspended. */
    @Test
    void noSuspensionThatEndsByItselfIsPutBeforeOneThatAPersonEnds() {
        QuotaLimit budget = limit("budget", 100, LIFETIME)
                .onExhaustion(ExhaustionAction.suspendUntilResumed())
                .build();
        AccountId key = account("key", daily(50), budget);
        ExhaustionAction untilWindowEnd = ExhaustionAction.suspendUntilWindowEnd();

        relaxed(
                key,
                change -> change.override(
                        limit("more", 1, DAILY).onExhaustion(untilWindowEnd).build()),
                "onExhaustion of limit more is none and would be suspend until window end");
        relaxed(
                key,
                change -> change.override(
                        limit("daily", 50, DAILY).onExhaustion(untilWindowEnd).build()),
                "onExhaustion of limit daily is refuse and would be suspend until window end");
        relaxed(
                key,
                change -> change.override(limit("more", 1, DAILY)
                        .onExhaustion(ExhaustionAction.suspendUntilResumed())
                        .build()));
    }

    @Test
    void aSuspensionThatEndsByItselfIsAddedWhereNoneWaitsForAPerson() {
        AccountId key = account("key", daily(50));

        relaxed(
                key,
                change -> change.override(limit("more", 1, DAILY)
                        .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                        .build()));

        spend(key, 1);
        assertThat(admin.account(key).orElseThrow().suspension()).isNotNull();
    }

    @Test
    void aLimitTightenedToWhatThePolicySaysGoesOnFollowingThePolicy() {
        AccountId key = tightened();

        admin.tighten(
                        key,
                        before -> before.toBuilder()
                                .override(daily(100))
                                .expiresAt(MIDNIGHT.minusSeconds(1))
                                .build())
                .orThrow();
        admin.tighten(key, before -> before.toBuilder().override(daily(100)).build())
                .orThrow();
        admin.setAmount("standard", "daily", amount(30));

        assertThat(limitOf(key, "daily")).isEqualTo(amount(30));
        assertThat(admin.account(key).orElseThrow().account().expiresAt()).contains(MIDNIGHT.minusSeconds(1));
        assertThat(told(key)).hasSize(2);
    }

    @Test
    void aLimitThatIsTheAccountsOwnStaysSoThoughThePolicySaysTheSame() {
        AccountId key = tightened();
        admin.setAmount(key, "daily", amount(100));

        admin.tighten(
                        key,
                        before -> before.toBuilder()
                                .expiresAt(MIDNIGHT.minusSeconds(1))
                                .build())
                .orThrow();
        admin.setAmount("standard", "daily", amount(30));

        assertThat(limitOf(key, "daily")).isEqualTo(amount(100));
    }
}
