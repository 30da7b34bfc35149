package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
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
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.UnbilledReason;

/** A limit that overflows has the whole of a request that has no room charged to another account. */
abstract class OverflowContract extends ContractSection {

    private static final Instant ONE = Instant.parse("2026-03-10T13:00:00Z");

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
    void whatHasRoomIsChargedToTheAccountItself() {
        spend(key, 10);

        assertThat(usage(key)).isEqualTo("10 used, 0 held");
        assertThat(usage(pool)).isEqualTo("0 used, 0 held");
    }

    @Test
    void whatHasNoRoomIsChargedWholeToTheOtherAccountAndItsParents() {
        spend(key, 8);

        Reservation hold = hold(key, 3);
        assertThat(usage(key)).isEqualTo("8 used, 0 held");
        assertThat(usageOfAll(pool)).isEqualTo("pool/daily 0+3, org/daily 0+3");
        hold.settle(tokens(4)).orThrow();

        assertThat(usage(key)).isEqualTo("8 used, 0 held");
        assertThat(usageOfAll(pool)).isEqualTo("pool/daily 4+0, org/daily 4+0");
        assertThat(hold(key, 2).release().done()).isTrue();
        assertThat(usage(pool)).isEqualTo("4 used, 0 held");
    }

    @Test
    void theJournalTellsWhoAskedAndWhoIsCharged() {
        spend(key, 11);

        assertThat(journal())
                .extracting(row -> row.account() + " for " + row.origin())
                .containsExactlyInAnyOrder("pool for key", "org for key");
    }

    @Test
    void aReservationKnowsWhoAskedAndARetryIsReplayed() {
        Reservation hold = ledger.reserve(request("r", key, 11).build()).orThrow();

        ReservationState state = state(hold);
        assertThat(state.account()).isEqualTo(key);
        assertThat(state.chain()).containsExactly(pool, org);
        assertThat(conflict(ledger.reserve(request("r", key, 11).build()))).isEqualTo("granted");
        assertThat(usage(pool)).isEqualTo("0 used, 11 held");
        assertThat(conflict(ledger.reserve(request("r", pool, 11).build()))).isEqualTo("account");
    }

    @Test
    void aRefundAndAnExpiryGoToTheAccountThatWasCharged() {
        Reservation spent = spend(key, 11);
        hold(key, 12).progress(tokens(5)).orThrow();

        ledger.refund(id("f"), spent.id(), tokens(1)).orThrow();
        clock.advance(TIME_TO_LIVE);
        admin.sweep(10);

        assertThat(usageOfAll(pool)).isEqualTo("pool/daily 15+0, org/daily 15+0");
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
    }

    @Test
    void aHoldDoesNotMoveWhenItGrows() {
        Reservation hold = hold(key, 10);

        assertThat(hold.adjust(tokens(11)).done()).isFalse();
        assertThat(usage(key)).isEqualTo("0 used, 10 held");
        hold.release();
    }

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
    void anotherLimitThatRefusesRefusesAndNothingOverflows() {
        admin.override(key, limit("hourly", 5, HOURLY).build());

        assertThat(limitNames(refusal(reserve(key, 11)))).containsExactly("key/daily", "key/hourly");
        assertThat(limitNames(refusal(reserve(key, 6)))).containsExactly("key/hourly");
    }

    @Test
    void aParentsLimitOverflowsForItsAccounts() {
        AccountId team = account("team", overflowing(10, pool));
        AccountId member = account("member", team, daily(100));
        spend(member, 8);

        spend(member, 5);

        assertThat(usageOfAll(member)).isEqualTo("member/daily 8+0, team/daily 8+0");
        assertThat(usage(pool)).isEqualTo("5 used, 0 held");
    }

    @Test
    void anAccountThatMayNotReserveIsNoOverflow() {
        spend(key, 10);
        admin.suspend(pool, ONE);

        Refusal suspended = refusal(reserve(key, 1));
        assertThat(suspended.code()).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);
        assertThat(limitNames(suspended)).containsExactly("key/daily");
        assertThat(suspended.retry()).contains(ONE);

        admin.disable(pool);
        Refusal disabled = refusal(reserve(key, 1));
        assertThat(disabled.code()).isEqualTo(RefusalCode.QUOTA_EXHAUSTED);
        assertThat(disabled.retry()).contains(MIDNIGHT);
    }

    @Test
    void aSuspendedAccountDoesNotOverflow() {
        admin.suspend(key, ONE);

        assertThat(refusal(reserve(key, 11)).code()).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);
        assertThat(usage(pool)).isEqualTo("0 used, 0 held");
    }

    @Test
    void accountsThatShareAParentOverflowToEachOther() {
        AccountId one = account("one", org, overflowing(10, pool));

        spend(one, 10);
        spend(one, 7);

        assertThat(usageOfAll(one)).isEqualTo("one/daily 10+0, org/daily 17+0");
        assertThat(usage(pool)).isEqualTo("7 used, 0 held");
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
    void aCheckAndAnObservingReserveAndAnUnbilledOne() {
        assertThat(ledger.check(key, tokens(11)).admissible()).isTrue();
        assertThat(ledger.check(key, tokens(101)).admissible()).isFalse();
        assertThat(state(ledger.reserve(observing(key, 11).build()).orThrow()).chain())
                .containsExactly(key);
        assertThat(state(ledger.reserve(ReserveRequest.unbilled(key, UnbilledReason.MODEL_MISSING)
                                        .build())
                                .orThrow())
                        .chain())
                .containsExactly(key);
    }

    @Test
    void expiredHoldsOfTheOtherAccountAreFreed() {
        hold(pool, 100);
        clock.advance(TIME_TO_LIVE);

        assertThat(reserve(key, 100).granted()).isTrue();
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

    @Test
    void aTargetDoesNotOverflowNorDoItsParents() {
        refusedFor("does not overflow itself", () -> account("a", overflowing(1, key)));
        AccountId below = account("below", key, daily(1));
        refusedFor("does not overflow itself", () -> account("a", overflowing(1, below)));
        refusedFor("does not overflow itself", () -> admin.createPolicy(QuotaPolicy.of("p", overflowing(1, key))));
        refusedFor("limits of others overflow to it", () -> admin.override(pool, overflowing(1, account("other"))));
        refusedFor("limits of others overflow to it", () -> admin.override(org, overflowing(1, account("another"))));
    }

    @Test
    void aPolicyOfATargetDoesNotOverflow() {
        AccountId other = account("other");
        admin.createPolicy(QuotaPolicy.of("p", daily(1)));
        admin.createPolicy(QuotaPolicy.of("overflowing", overflowing(1, other)));
        admin.changeAccount(
                pool,
                before -> before.toBuilder().overrides(List.of()).policy("p").build());

        refusedFor(
                "limits of others overflow to pool",
                () -> admin.changePolicy("p", before -> QuotaPolicy.of("p", overflowing(1, other))));
        refusedFor(
                "limits of others overflow to it",
                () -> admin.changeAccount(
                        pool, before -> before.toBuilder().policy("overflowing").build()));
        admin.override(pool, daily(5));
        admin.changePolicy("p", before -> QuotaPolicy.of("p", overflowing(1, other)));
        refusedFor("limits of others overflow to it", () -> admin.withoutOverride(pool, "daily"));
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

    @Test
    void aTargetIsNotDeletedWhileLimitsOverflowToIt() {
        assertThatThrownBy(() -> admin.deleteAccount(pool))
                .isInstanceOfSatisfying(
                        DefinitionException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(DefinitionException.Reason.IN_USE))
                .hasMessage("id is \"pool\": limits overflow to that account");

        admin.deleteAccount(key);
        admin.deleteAccount(pool);
    }
}
