package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.spi.ClaimedEvent;

/** Events wait in the store until they are delivered, each in the hands of one node at a time. */
abstract class OutboxContract extends ContractSection {

    private static final Duration LEASE = Duration.ofMinutes(1);

    private List<ClaimedEvent> claim(String node) {
        return store.outbox().claim(node, 100, LEASE);
    }

    private static List<LedgerEvent> events(List<ClaimedEvent> claims) {
        return claims.stream().map(ClaimedEvent::event).toList();
    }

    private AccountId exhausted(String id) {
        AccountId account = account(id, daily(10));
        spend(account, 10);
        return account;
    }

    @Test
    void everyEventThatIsToldWaitsToBeDeliveredAsItWasTold() {
        AccountId key = account("key", QuotaLimit.of("daily", amount(100), DAILY), daily("other", 50));
        hold(key, 5);
        clock.advance(TIME_TO_LIVE);
        admin.sweep(10);
        ledger.charge(id("c"), key, tokens(100)).orThrow();

        List<ClaimedEvent> claimed = claim("one");

        assertThat(events).hasSize(7);
        assertThat(events(claimed)).isEqualTo(events);
        assertThat(claimed).allSatisfy(claim -> {
            assertThat(claim.attempt()).isEqualTo(1);
            assertThat(claim.node()).isEqualTo("one");
            assertThat(claim.until()).isEqualTo(clock.instant().plus(LEASE));
        });
    }

    private static QuotaLimit daily(String name, long tokens) {
        return limit(name, tokens, DAILY).build();
    }

    @Test
    void whatChangesNothingLeavesNoEvent() {
        AccountId key = exhausted("key");
        assertThat(claim("one")).hasSize(1);

        reserve(key, 1);
        ledger.check(key, tokens(1));

        assertThat(claim("one")).isEmpty();
    }

    @Test
    void anEventIsOneNodesUntilItsLeaseEndsAndThenAnothers() {
        exhausted("key");
        ClaimedEvent first = claim("one").get(0);

        clock.advance(LEASE.minus(MICROSECOND));
        assertThat(claim("two")).isEmpty();
        clock.advance(MICROSECOND);
        ClaimedEvent second = claim("two").get(0);

        assertThat(second.event()).isEqualTo(first.event());
        assertThat(second.sequence()).isEqualTo(first.sequence());
        assertThat(second.attempt()).isEqualTo(2);
    }

    @Test
    void whatWasDeliveredIsNeverClaimedAgain() {
        exhausted("key");
        ClaimedEvent claim = claim("one").get(0);

        assertThat(store.outbox().delivered(claim)).isTrue();

        assertThat(store.outbox().delivered(claim)).isFalse();
        clock.advance(Duration.ofHours(1));
        assertThat(claim("two")).isEmpty();
    }

    @Test
    void aNodeWhoseClaimHasEndedMayStillSayThatItDeliveredUnlessAnotherHasTheEvent() {
        exhausted("key");
        ClaimedEvent late = claim("one").get(0);
        clock.advance(LEASE.multipliedBy(2));
        assertThat(store.outbox().delivered(late)).isTrue();

        exhausted("other");
        ClaimedEvent lost = claim("one").get(0);
        clock.advance(LEASE);
        ClaimedEvent taken = claim("two").get(0);
        assertThat(store.outbox().delivered(lost)).isFalse();
        assertThat(store.outbox().postpone(lost, Duration.ZERO, "late")).isFalse();

        assertThat(store.outbox().delivered(taken)).isTrue();
    }

    @Test
    void whatWasPostponedComesAgainWhenItsDelayIsOverAsTheNextAttempt() {
        exhausted("key");
        ClaimedEvent claim = claim("one").get(0);

        assertThat(store.outbox().postpone(claim, Duration.ofSeconds(10), "refused"))
                .isTrue();

        clock.advance(Duration.ofSeconds(10).minus(MICROSECOND));
        assertThat(claim("two")).isEmpty();
        clock.advance(MICROSECOND);
        assertThat(claim("two")).extracting(ClaimedEvent::attempt).containsExactly(2);
    }

    @Test
    void whatWasNotTriedIsNoAttempt() {
        exhausted("key");

        store.outbox().postpone(claim("one").get(0), Duration.ZERO, null);

        assertThat(claim("one")).extracting(ClaimedEvent::attempt).containsExactly(1);
    }

    @Test
    void anErrorOfAnyLengthIsTaken() {
        exhausted("key");

        assertThat(store.outbox().postpone(claim("one").get(0), Duration.ZERO, "x" + "\ud83d\ude00".repeat(2_000)))
                .isTrue();

        assertThat(claim("one")).hasSize(1);
    }

    @Test
    void claimsAreBoundedAndInOrder() {
        AccountId key = account("key", QuotaLimit.of("daily", amount(100), DAILY));
        AccountId other = account("other", QuotaLimit.of("daily", amount(100), DAILY));
        spend(key, 90);
        spend(other, 80);
        spend(key, 10);

        List<LedgerEvent> claimed = new ArrayList<>();
        List<ClaimedEvent> part;
        do {
            part = store.outbox().claim("one", 2, LEASE);
            assertThat(part).hasSizeLessThanOrEqualTo(2);
            part.forEach(claim -> {
                claimed.add(claim.event());
                store.outbox().delivered(claim);
            });
        } while (!part.isEmpty());

        assertThat(claimed).isEqualTo(events);
    }

    @Test
    void anEventWaitsForThoseBeforeItOfItsAccountButNotForOthers() {
        AccountId key = account("key", QuotaLimit.of("daily", amount(100), DAILY));
        spend(key, 80);
        ClaimedEvent first = claim("one").get(0);
        spend(key, 10);
        exhausted("other");

        assertThat(claim("two"))
                .extracting(
                        claim -> claim.event().account() + " " + claim.event().kind())
                .containsExactly("other EXHAUSTED");
        store.outbox().delivered(first);

        assertThat(claim("two"))
                .extracting(
                        claim -> claim.event().account() + " " + claim.event().kind())
                .containsExactly("key ALERT");
    }

    @Test
    void anEventThatWasPostponedHoldsUpNoneOfItsAccount() {
        AccountId key = account("key", QuotaLimit.of("daily", amount(100), DAILY));
        spend(key, 80);
        store.outbox().postpone(claim("one").get(0), Duration.ofHours(1), "poison");
        spend(key, 10);

        assertThat(claim("two")).hasSize(1);
    }

    @Test
    void nodesThatClaimAtOnceGetEachEventOnce() throws InterruptedException {
        for (int i = 0; i < 60; i++) {
            exhausted("key-" + i);
        }
        ConcurrentLinkedQueue<UUID> claimed = new ConcurrentLinkedQueue<>();

        Race.of(8, thread -> {
            List<ClaimedEvent> part;
            int empty = 0;
            // One that finds nothing may have met those that others were claiming at that moment.
            while (empty < 3) {
                part = store.outbox().claim("node-" + thread, 3, LEASE);
                part.forEach(claim -> claimed.add(claim.event().id()));
                empty = part.isEmpty() ? empty + 1 : 0;
            }
        });

        assertThat(claimed)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(
                        events.stream().map(LedgerEvent::id).toList());
    }

    @Test
    void eventsAreForgottenWhenTheyAreOldDeliveredOrNot() {
        exhausted("one");
        exhausted("two");
        store.outbox().delivered(claim("node").get(0));
        clock.advance(Duration.ofDays(1));
        Instant since = clock.instant();
        exhausted("three");

        int forgotten = store.forget(since, 1) + store.forget(since, 100);

        assertThat(forgotten).isGreaterThanOrEqualTo(1);
        clock.advance(LEASE);
        assertThat(claim("node"))
                .extracting(claim -> String.valueOf(claim.event().account()))
                .containsExactly("three");
    }

    @Test
    void whatIsForgottenWhileItIsClaimedCannotBeMarked() {
        exhausted("key");
        ClaimedEvent claim = claim("one").get(0);
        clock.advance(Duration.ofDays(1));
        store.forget(clock.instant(), 100);

        assertThat(store.outbox().delivered(claim)).isFalse();
    }

    @Test
    void whatOverflowsLeavesNoEvent() {
        AccountId key = account("key", limit("daily", 10, DAILY).graceful().build());
        exhausted("other");
        Reservation hold = hold(key, 5);
        int before = claim("one").size();

        assertThatThrownBy(() -> reserve(key, Long.MAX_VALUE)).isInstanceOf(ArithmeticException.class);

        assertThat(before).isEqualTo(1);
        assertThat(claim("two")).isEmpty();
        hold.release();
    }
}
