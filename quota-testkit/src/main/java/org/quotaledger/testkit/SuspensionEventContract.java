package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.event.LedgerEvent.Cause;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.spi.ClaimedEvent;
import org.quotaledger.window.WindowSpan;

/** Every suspension is told once, and so is its end, whatever brings it about and whoever finds it. */
abstract class SuspensionEventContract extends SuspendingSection {

    /** Says of each suspension and each end of one that was told, whose, by what and why. */
    private List<String> told() {
        return events.stream()
                .filter(event -> event instanceof LedgerEvent.Suspended || event instanceof LedgerEvent.Resumed)
                .map(event -> event instanceof LedgerEvent.Suspended suspended
                        ? "suspended " + suspended.account() + " " + suspended.limit() + " " + suspended.cause()
                        : resumed((LedgerEvent.Resumed) event))
                .toList();
    }

    private static String resumed(LedgerEvent.Resumed resumed) {
        return "resumed " + resumed.account() + " " + resumed.limit() + " " + resumed.cause();
    }

    private <E extends LedgerEvent> E only(Class<E> kind) {
        List<E> found = events.stream().filter(kind::isInstance).map(kind::cast).toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private boolean isSuspensionKept(AccountId account) {
        return entry(account).suspension() != null;
    }

    @Test
    void theChargeThatExhaustsTheLimitTellsTheSuspension() {
        AccountId key = account("key", suspending(10));
        clock.advance(Duration.ofMinutes(5));

        spend(key, 10);

        LedgerEvent.Suspended suspended = only(LedgerEvent.Suspended.class);
        assertThat(suspended)
                .isEqualTo(new LedgerEvent.Suspended(
                        suspended.id(),
                        key,
                        clock.instant(),
                        "daily",
                        new WindowSpan(MIDNIGHT.minus(Duration.ofDays(1)), MIDNIGHT),
                        MIDNIGHT,
                        Cause.EXHAUSTED));
        ledger.charge(id("more"), key, tokens(5)).orThrow();
        assertThat(told()).hasSize(1);
    }

    @Test
    void theSweepTellsOnceThatTheWindowIsOver() {
        AccountId key = account("key", suspending(10));
        spend(key, 10);
        admin.sweep(10);
        clock.set(MIDNIGHT.plusSeconds(90));

        assertThat(admin.sweep(10).resumed()).isEqualTo(1);
        assertThat(admin.sweep(10).resumed()).isZero();
        spend(key, 1);

        LedgerEvent.Resumed resumed = only(LedgerEvent.Resumed.class);
        assertThat(resumed).isEqualTo(new LedgerEvent.Resumed(resumed.id(), key, MIDNIGHT, "daily", Cause.TIME));
        assertThat(isSuspensionKept(key)).isFalse();
    }

    @Test
    void aSweepOfALongLineOfSuspensionsIsBounded() {
        for (int i = 0; i < 5; i++) {
            spend(account("key-" + i, suspending(10)), 10);
        }
        clock.set(MIDNIGHT);

        assertThat(admin.sweep(3).resumed()).isEqualTo(3);
        assertThat(admin.sweep(3).resumed()).isEqualTo(2);

        assertThat(events).filteredOn(LedgerEvent.Resumed.class::isInstance).hasSize(5);
    }

    @Test
    void theFirstChargeAfterTheWindowTellsItInThePlaceOfTheSweep() {
        AccountId key = account("key", suspending(10));
        spend(key, 10);
        clock.set(MIDNIGHT.plusSeconds(90));

        spend(key, 1);
        assertThat(told()).containsExactly("suspended key daily EXHAUSTED", "resumed key daily TIME");
        assertThat(only(LedgerEvent.Resumed.class).at()).isEqualTo(MIDNIGHT);

        assertThat(admin.sweep(10).resumed()).isZero();
        assertThat(told()).hasSize(2);
    }

    @Test
    void aRefundThatResumesSaysSo() {
        AccountId key = account("key", suspending(10));
        Reservation spent = spend(key, 10);

        ledger.refund(id("f"), spent.id(), tokens(1)).orThrow();

        assertThat(told()).containsExactly("suspended key daily EXHAUSTED", "resumed key daily REFUND");
    }

    @Test
    void aRaisedLimitAndAResetThatResumeSaySo() {
        AccountId raised = account("raised", suspending(10));
        spend(raised, 10);
        AccountId reset = account("reset", suspending(10));
        spend(reset, 10);
        events.clear();

        relimit(raised, suspending(20));
        admin.reset(reset, "daily");

        assertThat(told()).containsExactly("resumed raised daily LIMIT_CHANGED", "resumed reset daily RESET");
    }

    @Test
    void anEndThatComesWhileTheClockIsSetBackIsToldOnce() {
        AccountId key = account("key", suspending("hourly", 10, HOURLY));
        spend(key, 10);
        clock.advance(Duration.ofHours(1));
        spend(key, 1);
        clock.set(NOON);

        spend(key, 1);
        admin.sweep(10);
        clock.advance(Duration.ofHours(1));
        admin.sweep(10);

        assertThat(told()).containsExactly("suspended key hourly EXHAUSTED", "resumed key hourly TIME");
    }

    @Test
    void threadsAndSweepsThatFindTheWindowOverAtOnceTellItOnce() throws InterruptedException {
        AccountId key = account("key", suspending(1000));
        spend(key, 1000);
        clock.set(MIDNIGHT);

        Race.of(16, thread -> {
            if (thread % 4 == 0) {
                admin.sweep(10);
            } else {
                spend(key, 1);
            }
        });
        admin.sweep(10);

        assertThat(told()).containsExactly("suspended key daily EXHAUSTED", "resumed key daily TIME");
    }

    @Test
    void everyOneIsKeptToBeDeliveredAsItWasTold() {
        AccountId key = account("key", suspending(10));
        spend(key, 10);
        admin.reset(key, "daily");
        spend(key, 10);
        admin.suspend(key, null);
        admin.resume(key);
        relimit(key, suspending(20));

        clock.advance(Duration.ofSeconds(1)); // A reset counts from a microsecond after it on.
        List<LedgerEvent> kept = store.outbox().claim("node", 100, Duration.ofMinutes(1)).stream()
                .map(ClaimedEvent::event)
                .toList();

        assertThat(kept).isEqualTo(events);
        assertThat(kept.stream().map(LedgerEvent::id)).doesNotHaveDuplicates();
        assertThat(told()).hasSize(5);
    }
}
