package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.DefinitionException;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReservationState;

/** A limit that overflows has the whole of a request that has no room charged to another account. */
abstract class OverflowContract extends ContractSection {

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
    void aParentsLimitOverflowsForItsAccounts() {
        AccountId team = account("team", overflowing(10, pool));
        AccountId member = account("member", team, daily(100));
        spend(member, 8);

        spend(member, 5);

        assertThat(usageOfAll(member)).isEqualTo("member/daily 8+0, team/daily 8+0");
        assertThat(usage(pool)).isEqualTo("5 used, 0 held");
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
    void expiredHoldsOfTheOtherAccountAreFreed() {
        hold(pool, 100);
        clock.advance(TIME_TO_LIVE);

        assertThat(reserve(key, 100).granted()).isTrue();
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
