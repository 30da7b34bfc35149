package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.AccountStatus;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.reservation.Refused;
import org.quotaledger.window.QuotaWindow;

/** The events of suspensions and of their ends. */
class SuspensionEventTest extends PlainLedger {

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

    @Test
    void aRefusalForLackOfRoomTellsNothing() {
        AccountId key = account("key", suspending(10));

        assertThat(reserve(key, 11)).isInstanceOf(Refused.class);

        assertThat(events).isEmpty();
    }

    @Test
    void whatWritesNothingTellsNothing() {
        AccountId key = account("key", suspending(10));
        spend(key, 10);
        clock.set(MIDNIGHT);

        ledger.check(key, tokens(1));
        assertThat(reserve(key, 11)).isInstanceOf(Refused.class);

        assertThat(told()).containsExactly("suspended key daily EXHAUSTED");
    }

    @Test
    void aChargeThatExhaustsTheNextWindowTellsTheEndOfTheOneBeforeFirst() {
        AccountId key = account("key", suspending(10));
        spend(key, 10);
        clock.set(MIDNIGHT);

        ledger.charge(id("all"), key, tokens(10)).orThrow();

        assertThat(told())
                .containsExactly(
                        "suspended key daily EXHAUSTED", "resumed key daily TIME", "suspended key daily EXHAUSTED");
        assertThat(events.stream().map(LedgerEvent::id)).doesNotHaveDuplicates();
    }

    @Test
    void disablingAndDeletingTellNothingOfASuspensionThatLasts() {
        AccountId key = account("key", suspending(10));
        spend(key, 10);

        admin.disable(key);
        admin.enable(key);
        admin.deleteAccount(key);
        clock.set(MIDNIGHT);
        admin.sweep(10);

        assertThat(told()).containsExactly("suspended key daily EXHAUSTED");
    }

    @Test
    void aDisabledAccountsSuspensionEndsAndIsToldAllTheSame() {
        AccountId key = account("key", suspending(10));
        spend(key, 10);
        admin.disable(key);
        clock.set(MIDNIGHT);

        admin.sweep(10);

        assertThat(told()).containsExactly("suspended key daily EXHAUSTED", "resumed key daily TIME");
        assertThat(status(key)).isEqualTo(AccountStatus.DISABLED);
    }

    private <E extends LedgerEvent> E only(Class<E> kind) {
        List<E> found = events.stream().filter(kind::isInstance).map(kind::cast).toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    @Test
    void aParentThatItsAccountsExhaustIsTold() {
        AccountId team = account("team", suspending(10));
        AccountId key = account("key", team, daily(100));

        spend(key, 10);
        clock.set(MIDNIGHT);
        spend(key, 1);

        assertThat(told()).containsExactly("suspended team daily EXHAUSTED", "resumed team daily TIME");
    }

    @Test
    void aRollingLimitIsResumedWhenEnoughCountsNoMore() {
        AccountId key = account(
                "key", suspending("rolling", 10, QuotaWindow.rolling(Duration.ofHours(1), Duration.ofMinutes(10))));
        spend(key, 4);
        clock.advance(Duration.ofMinutes(30));
        spend(key, 6);
        LedgerEvent.Suspended suspended = only(LedgerEvent.Suspended.class);
        clock.advance(Duration.ofHours(2));

        admin.sweep(10);

        LedgerEvent.Resumed resumed = only(LedgerEvent.Resumed.class);
        assertThat(resumed.at()).isEqualTo(suspended.until()).isBefore(clock.instant());
    }
}
