package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.DefinitionException;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;

/** Edits of limits that overflow, and of the accounts that they overflow to. */
class OverflowEditTest extends MemoryLedger {

    private AccountId org = AccountId.of("org");

    private AccountId pool = AccountId.of("pool");

    private AccountId key = AccountId.of("key");

    @BeforeEach
    void aKeyThatOverflowsToAPool() {
        org = account("org", limit("daily", 1000, DAILY).build());
        pool = account("pool", org, limit("daily", 100, DAILY).build());
        key = account("key", overflowing(10, pool));
    }

    private static QuotaLimit overflowing(long tokens, AccountId to) {
        return limit("daily", tokens, DAILY)
                .onExhaustion(ExhaustionAction.overflowTo(to))
                .build();
    }

    @Test
    void anotherLimitThatRefusesRefusesAndNothingOverflows() {
        admin.override(key, limit("hourly", 5, HOURLY).build());

        assertThat(limitNames(refusal(reserve(key, 11)))).containsExactly("key/daily", "key/hourly");
        assertThat(limitNames(refusal(reserve(key, 6)))).containsExactly("key/hourly");
    }

    @Test
    void aSharedParentThatIsFullRefusesBothWays() {
        AccountId one = account("one", org, overflowing(10, pool));
        spend(org, 995);

        assertThat(limitNames(refusal(reserve(one, 11)))).containsExactly("one/daily", "org/daily");
        admin.changeAccount(
                one, before -> before.toBuilder().parent((AccountId) null).build());
        assertThat(limitNames(refusal(reserve(one, 11)))).containsExactly("one/daily", "org/daily");
    }

    @Test
    void alertsAndSuspensionsAreThoseOfTheAccountThatIsCharged() {
        admin.override(pool, suspending("daily", 100, DAILY));

        spend(key, 100);

        assertThat(refusal(reserve(pool, 1)).code()).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);
        assertThat(reserve(key, 10).granted()).isTrue();
    }

    // What is refused when it is defined

    private static void refusedFor(String expected, ThrowingCallable change) {
        assertThatThrownBy(change)
                .isInstanceOfSatisfying(DefinitionException.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(DefinitionException.Reason.INVALID);
                    assertThat(refused.field()).isEqualTo("onExhaustion");
                })
                .hasMessageContaining(expected);
    }

    @Test
    void aTargetExists() {
        refusedFor("expected the id of an existing account", () -> account("a", overflowing(1, AccountId.of("none"))));
        admin.deleteAccount(account("gone"));
        refusedFor("expected the id of an existing account", () -> account("a", overflowing(1, AccountId.of("gone"))));
        refusedFor(
                "onExhaustion of limit daily of policy p is \"overflow to none\": expected the id of an existing",
                () -> admin.createPolicy(QuotaPolicy.of("p", overflowing(1, AccountId.of("none")))));
    }

    @Test
    void aTargetIsNeitherTheAccountNorItsParent() {
        refusedFor(
                "expected an account that is neither itself nor one of its parents",
                () -> admin.override(key, overflowing(1, key)));
        refusedFor(
                "expected an account that is neither itself nor one of its parents",
                () -> account("a", pool, overflowing(1, org)));
        admin.createPolicy(QuotaPolicy.of("p", daily(1)));
        admin.createAccount(Account.builder("a").parent(org).policy("p").build());
        refusedFor(
                "neither has the policy nor is a parent of one that has it",
                () -> admin.changePolicy("p", before -> QuotaPolicy.of("p", overflowing(1, org))));
    }

    private static final Instant ONE = Instant.parse("2026-03-10T13:00:00Z");

    @Test
    void refusedThereTooItNamesTheLimitsOfBothAndTheEarlierTime() {
        admin.changeAccount(
                pool,
                before -> before.toBuilder()
                        .override(limit("daily", 100, HOURLY).build())
                        .build());
        spend(pool, 98);
        spend(key, 8);

        Refusal refusal = refusal(reserve(key, 3));

        assertThat(limitNames(refusal)).containsExactly("key/daily", "pool/daily");
        assertThat(refusal.account()).isEqualTo(key);
        assertThat(refusal.retry()).contains(ONE);
        assertThat(refusal(reserve(key, 101)).code()).isEqualTo(RefusalCode.QUOTA_NEVER_FITS);
        assertThat(refusal(reserve(key, 100)).retry()).contains(ONE);
        clock.set(ONE);
        assertThat(reserve(key, 100).granted()).isTrue();
    }

    @Test
    void aTargetsParentDoesNotOverflow() {
        AccountId other = account("other");
        AccountId overflowing = account("overflowing", overflowing(1, other));

        assertThatThrownBy(() -> admin.changeAccount(
                        pool, before -> before.toBuilder().parent(overflowing).build()))
                .isInstanceOf(DefinitionException.class)
                .hasMessageStartingWith(
                        "parent of account pool is \"overflowing\": expected one that does not overflow");
    }
}
