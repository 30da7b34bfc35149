package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.event.LedgerEvent.Cause;

/** The events of suspensions that a person starts or ends. */
class PersonSuspensionEventTest extends MemoryLedger {

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
    void aPersonWhoResumesAfterTheWindowFindsThatTheTimeHasDoneIt() {
        AccountId key = account("key", suspending(10));
        spend(key, 10);
        clock.set(MIDNIGHT.plusSeconds(90));

        admin.resume(key);

        assertThat(told()).containsExactly("suspended key daily EXHAUSTED", "resumed key daily TIME");
    }

    @Test
    void aPersonWhoSuspendsASuspendedAccountReplacesThatAndOneThatWaitedEnoughIsResumedFirst() {
        AccountId key = account("key", suspending(10));
        spend(key, 10);

        admin.suspend(key, MIDNIGHT.plusSeconds(60));
        assertThat(told()).containsExactly("suspended key daily EXHAUSTED", "suspended key null PERSON");
        clock.set(MIDNIGHT.plusSeconds(60));
        admin.suspend(key, null);

        assertThat(told())
                .containsExactly(
                        "suspended key daily EXHAUSTED",
                        "suspended key null PERSON",
                        "resumed key null TIME",
                        "suspended key null PERSON");
    }

    private <E extends LedgerEvent> E only(Class<E> kind) {
        List<E> found = events.stream().filter(kind::isInstance).map(kind::cast).toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    @Test
    void aPersonWhoSuspendsAndResumesIsToldAsTheCause() {
        AccountId key = account("key");

        admin.suspend(key, MIDNIGHT);
        LedgerEvent.Suspended suspended = only(LedgerEvent.Suspended.class);
        assertThat(suspended)
                .isEqualTo(new LedgerEvent.Suspended(suspended.id(), key, NOON, null, null, MIDNIGHT, Cause.PERSON));
        clock.advance(Duration.ofMinutes(1));
        admin.resume(key);
        admin.resume(key);

        LedgerEvent.Resumed resumed = only(LedgerEvent.Resumed.class);
        assertThat(resumed)
                .isEqualTo(new LedgerEvent.Resumed(
                        resumed.id(), key, NOON.plus(Duration.ofMinutes(1)), null, Cause.PERSON));
    }
}
