package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.Relaxation;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.alert.Severity;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.OnExcess;
import org.quotaledger.policy.OnExpiry;
import org.quotaledger.policy.QuotaPolicy;

/** What an owner may change of an account that is not to get more by it. */
abstract class TighteningContract extends ContractSection {

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
        assertThat(history(key).get(0)).isEqualTo("owner CHANGE null null");
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
        admin.setPolicyAmount("standard", "daily", amount(30));

        assertThat(limitOf(key, "daily")).isEqualTo(amount(30));
        assertThat(admin.account(key).orElseThrow().account().expiresAt()).contains(MIDNIGHT.minusSeconds(1));
        assertThat(history(key)).hasSize(2);
    }
}
