package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.Relaxation;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.alert.Severity;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.OnExcess;
import org.quotaledger.policy.OnExpiry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;

/** The choices by which an owner tightens an account or would relax it. */
class TighteningTest extends MemoryLedger {

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
                change -> change.override(limit("daily", 1, HOURLY).build()),
                "window of limit daily is " + DAILY + " and would be " + HOURLY);
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

        relaxed(key, change -> change.override(suspending("more", 1, DAILY)));

        spend(key, 1);
        assertThat(admin.account(key).orElseThrow().suspension()).isNotNull();
    }

    @Test
    void aSuspensionThatEndsByItselfIsNotBroughtForwardWhereAnotherWaitsForAPerson() {
        AccountId key = account("key", daily(50));
        admin.tighten(
                        key,
                        before -> before.toBuilder()
                                .override(suspending("more", 40, DAILY))
                                .build())
                .orThrow();
        QuotaLimit budget = limit("budget", 45, LIFETIME)
                .onExhaustion(ExhaustionAction.suspendUntilResumed())
                .build();
        admin.changeAccount(key, before -> before.toBuilder().override(budget).build());

        relaxed(
                key,
                change -> change.override(suspending("more", 1, DAILY)),
                "amount of limit more is 40 tokens and would be 1 tokens");
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
        admin.setPolicyAmount("standard", "daily", amount(30));

        assertThat(limitOf(key, "daily")).isEqualTo(amount(100));
    }

    @Test
    void anAccountTightenedToWhatIsUsedIsSuspendedAtOnce() {
        AccountId key = account("key", suspending("daily", 100, DAILY));
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
}
