package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.AccountStatus;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.reservation.Refused;

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
}
