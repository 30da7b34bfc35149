package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Released;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.Settled;

/** What threads that race can and cannot do. */
abstract class ConcurrencyContract extends ContractSection {

    @Test
    void threadsThatRaceForAThousandGetExactlyAThousand() throws InterruptedException {
        invariants.expectStrictLimitsKept();
        AccountId key = account("key", daily(1000));
        AtomicInteger admitted = new AtomicInteger();

        Race.of(32, thread -> {
            for (int i = 0; i < 40; i++) {
                if (reserve(key, 1).granted()) {
                    admitted.incrementAndGet();
                }
            }
        });

        assertThat(admitted).hasValue(1000);
        assertThat(usage(key)).isEqualTo("0 used, 1000 held");
    }

    @Test
    void threadsThatRaceForAParentThroughItsChildrenGetNoMore() throws InterruptedException {
        invariants.expectStrictLimitsKept();
        AccountId team = account("team", daily(100));
        List<AccountId> keys = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            keys.add(account("key" + i, team, daily(1000)));
        }
        AtomicLong charged = new AtomicLong();

        Race.of(16, thread -> {
            Random random = new Random(thread);
            for (int i = 0; i < 20; i++) {
                Admission admission = reserve(keys.get(random.nextInt(8)), 1 + random.nextInt(3));
                if (admission.granted()) {
                    Reservation hold = admission.orThrow();
                    hold.settle(hold.held()).orThrow();
                    charged.addAndGet(hold.held().amounts().get(0).units());
                }
            }
        });

        assertThat(charged.get()).isBetween(98L, 100L);
        assertThat(usage(team)).isEqualTo(charged + " used, 0 held");
    }

    @Test
    void noSettleIsLostOrDoubled() throws InterruptedException {
        AccountId team = account("team", daily(1_000_000));
        AccountId key = account("key", team, daily(1_000_000));

        Race.of(16, thread -> {
            for (int i = 1; i <= 25; i++) {
                Reservation hold = hold(key, 100);
                switch (i % 3) {
                    case 0 -> hold.release().orThrow();
                    case 1 -> hold.settle(tokens(i)).orThrow();
                    default -> {
                        hold.settle(tokens(100)).orThrow();
                        ledger.refund(id("f-" + thread + "-" + i), hold.id(), tokens(100 - i))
                                .orThrow();
                    }
                }
            }
        });

        // 1 to 25 without the multiples of three, sixteen times.
        assertThat(usageOfAll(key)).isEqualTo("key/daily 3472+0, team/daily 3472+0");
    }

    @Test
    void theSameIdRacedIsOneReservation() throws InterruptedException {
        AccountId key = account("key", daily(10));
        ConcurrentLinkedQueue<Admission.Granted> granted = new ConcurrentLinkedQueue<>();

        for (int round = 0; round < 10; round++) {
            String id = "r" + round;
            granted.clear();
            Race.of(
                    8,
                    thread -> granted.add((Admission.Granted)
                            ledger.reserve(request(id, key, 1).build())));

            assertThat(granted.stream().filter(one -> !one.replayed())).hasSize(1);
            assertThat(usage(key)).isEqualTo("0 used, " + (round + 1) + " held");
        }
    }

    @Test
    void theSameIdRacedOnDifferentAccountsIsOneReservation() throws InterruptedException {
        List<AccountId> keys = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            keys.add(account("key" + i, daily(10)));
        }

        for (int round = 0; round < 10; round++) {
            String id = "r" + round;
            AtomicInteger granted = new AtomicInteger();
            AtomicInteger conflicts = new AtomicInteger();
            Race.of(8, thread -> {
                Admission admission =
                        ledger.reserve(request(id, keys.get(thread), 1).build());
                (admission.granted() ? granted : conflicts).incrementAndGet();
            });

            assertThat(granted).hasValue(1);
            assertThat(conflicts).hasValue(7);
        }
        assertThat(keys.stream()
                        .mapToLong(key -> status(key, "daily").held().units())
                        .sum())
                .isEqualTo(10);
    }

    @Test
    void theSameDirectChargeAndTheSameRefundRacedTakeEffectOnce() throws InterruptedException {
        AccountId key = account("key", daily(10));

        Race.of(8, thread -> ledger.charge(id("c"), key, tokens(9)).orThrow());
        assertThat(usage(key)).isEqualTo("9 used, 0 held");
        Race.of(8, thread -> ledger.refund(id("f"), id("c"), tokens(4)).orThrow());

        assertThat(usage(key)).isEqualTo("5 used, 0 held");
        assertThat(journal()).hasSize(2);
    }

    @Test
    void refundsThatRaceGiveBackNoMoreThanWasSettled() throws InterruptedException {
        AccountId key = account("key", daily(10));
        Reservation spent = spend(key, 10);
        AtomicInteger done = new AtomicInteger();

        Race.of(8, thread -> {
            if (ledger.refund(id("f" + thread), spent.id(), tokens(3)).done()) {
                done.incrementAndGet();
            }
        });

        assertThat(done).hasValue(3);
        assertThat(usage(key)).isEqualTo("1 used, 0 held");
    }

    @Test
    void aSettleAndAReleaseThatRaceMakeOneFinalState() throws InterruptedException {
        AccountId key = account("key", daily(1000));
        long used = 0;
        for (int round = 0; round < 30; round++) {
            Reservation hold = hold(key, 5);
            List<Answer<Settled>> settled = new ArrayList<>();
            List<Answer<Released>> released = new ArrayList<>();

            Race.of(2, thread -> {
                if (thread == 0) {
                    settled.add(ledger.settle(hold.id(), tokens(3)));
                } else {
                    released.add(ledger.release(hold.id()));
                }
            });

            assertThat(settled.get(0).done()).isNotEqualTo(released.get(0).done());
            used += settled.get(0).done() ? 3 : 0;
            assertThat(state(hold).status())
                    .isEqualTo(settled.get(0).done() ? ReservationStatus.SETTLED : ReservationStatus.RELEASED);
            assertThat(usage(key)).isEqualTo(used + " used, 0 held");
        }
    }

    @Test
    void aSettleAndASweepThatRaceMoveUsedOnce() throws InterruptedException {
        AccountId key = account("key", daily(1000));
        for (int round = 1; round <= 30; round++) {
            Reservation hold = hold(key, 5);
            hold.progress(tokens(2)).orThrow();
            clock.advance(TIME_TO_LIVE);

            Race.of(3, thread -> {
                if (thread == 0) {
                    assertThat(hold.settle(tokens(3)).orThrow().late()).isTrue();
                } else {
                    admin.sweep(10);
                }
            });

            assertThat(state(hold).status()).isEqualTo(ReservationStatus.SETTLED);
            assertThat(usage(key)).isEqualTo(3 * round + " used, 0 held");
        }
    }

    @Test
    void settlesOfTheSameHoldThatRaceChargeOnce() throws InterruptedException {
        AccountId key = account("key", daily(1000));
        Reservation hold = hold(key, 10);
        AtomicInteger charged = new AtomicInteger();

        Race.of(8, thread -> {
            Answer<Settled> answer = ledger.settle(hold.id(), tokens(1 + thread % 2));
            if (answer.done() && !answer.orThrow().replayed()) {
                charged.incrementAndGet();
            }
        });

        assertThat(charged).hasValue(1);
        assertThat(journal()).hasSize(1);
    }

    @Test
    void chainsThatOverlapInAnyOrderDoNotDeadlock() throws InterruptedException {
        List<AccountId> accounts = overlappingChains(new Random(42), 24);

        Race.of(16, thread -> {
            Random random = new Random(1000 + thread);
            for (int i = 0; i < 40; i++) {
                AccountId account = accounts.get(random.nextInt(accounts.size()));
                try (Reservation hold = hold(account, 1 + random.nextInt(9))) {
                    if (random.nextBoolean()) {
                        hold.settle(tokens(random.nextInt(9))).orThrow();
                    }
                }
            }
        });

        for (AccountId account : accounts) {
            assertThat(ledger.usage(account))
                    .allSatisfy(status -> assertThat(status.held().isZero()).isTrue());
        }
    }

    /** Accounts whose ids are in no order of their depth, each with a random parent of those before. */
    private List<AccountId> overlappingChains(Random random, int count) {
        List<AccountId> accounts = new ArrayList<>();
        List<Integer> depths = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String id = Integer.toString(random.nextInt(1_000_000)) + "-" + i;
            int parent = i == 0 ? -1 : random.nextInt(i);
            if (parent < 0 || depths.get(parent) == 8) {
                accounts.add(account(id, daily(1_000_000)));
                depths.add(1);
            } else {
                accounts.add(account(id, accounts.get(parent), daily(1_000_000)));
                depths.add(depths.get(parent) + 1);
            }
        }
        return accounts;
    }

    @Test
    void aParentThatChangesUnderARaceIsChargedWithWhatWasReservedUnderIt() throws InterruptedException {
        AccountId one = account("one", daily(1_000_000));
        AccountId two = account("two", daily(1_000_000));
        AccountId key = account("key", one, daily(1_000_000));

        Race.of(9, thread -> {
            for (int i = 0; i < 20; i++) {
                if (thread == 0) {
                    AccountId parent = i % 2 == 0 ? two : one;
                    admin.changeAccount(
                            key, before -> before.toBuilder().parent(parent).build());
                } else {
                    spend(key, 3);
                }
            }
        });

        assertThat(usage(key)).isEqualTo("480 used, 0 held");
        assertThat(status(one, "daily").used().units()
                        + status(two, "daily").used().units())
                .isEqualTo(480);
    }

    @Test
    void limitsThatChangeUnderARaceLoseNothing() throws InterruptedException {
        AccountId key = account("key", daily(1_000_000));

        Race.of(9, thread -> {
            for (int i = 0; i < 20; i++) {
                if (thread == 0) {
                    relimit(
                            key,
                            daily(1_000_000 + i),
                            limit("extra", 1_000_000, i % 2 == 0 ? DAILY : LIFETIME)
                                    .build());
                } else {
                    spend(key, 3);
                }
            }
        });

        assertThat(usageOfAll(key)).isEqualTo("key/daily 480+0, key/extra 480+0");
    }
}
