package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private static final long MILLI = Duration.ofMillis(1).toNanos();
    private static final SQLException AWAY = new SQLException("away");

    private final Breaker breaker = new Breaker(Duration.ofSeconds(10));
    private long now = Long.MAX_VALUE - 50 * MILLI; // The ticker overflows in the middle.

    private boolean probeIsDue() {
        Long until = breaker.untilProbe(now);
        return until != null && until <= 0;
    }

    private void pass(long millis) {
        now += millis * MILLI;
    }

    @Test
    void isClosedAndProbesNothingUntilAConnectionCannotBeHad() {
        pass(100_000);
        breaker.suspect();

        assertThat(breaker.cause()).isNull();
        assertThat(breaker.untilProbe(now)).isNull();
    }

    @Test
    void opensOnce() {
        assertThat(breaker.open(AWAY, now)).isTrue();
        assertThat(breaker.open(new SQLException("still away"), now)).isFalse();

        assertThat(breaker.cause()).isSameAs(AWAY);
    }

    @Test
    void probesAfterATenthOfASecondAndThenUpToASecondApart() {
        breaker.open(AWAY, now);
        long[] pauses = {100, 200, 400, 800, 1_000, 1_000};

        for (long pause : pauses) {
            pass(pause - 1);
            assertThat(probeIsDue()).as("a millisecond before %d", pause).isFalse();
            pass(1);
            assertThat(probeIsDue()).as("after %d", pause).isTrue();
            breaker.probing(now);
            breaker.probeFailed(AWAY, now);
        }
    }

    @Test
    void hasOneProbeAtATimeUntilThatHangs() {
        breaker.open(AWAY, now);
        pass(100);

        for (long patience : new long[] {2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000}) {
            assertThat(probeIsDue()).isTrue();
            breaker.probing(now);
            pass(patience - 1);
            assertThat(probeIsDue()).as("while one is under way").isFalse();
            pass(1);
        }
    }

    @Test
    void isClosedByAProbeAlone() {
        breaker.open(AWAY, now);
        breaker.answered();
        assertThat(breaker.cause()).isSameAs(AWAY);

        assertThat(breaker.close()).isTrue();

        assertThat(breaker.cause()).isNull();
        assertThat(breaker.close()).isFalse();
        breaker.probeFailed(AWAY, now);
        assertThat(breaker.cause()).as("after a probe that was late").isNull();
    }

    @Test
    void waitsHalfAsLongForAConnectionAfterOneWasLost() {
        assertThat(breaker.longestWait()).isEqualTo(10_000 * MILLI);

        breaker.suspect();
        assertThat(breaker.longestWait()).isEqualTo(5_000 * MILLI);

        breaker.answered();
        assertThat(breaker.longestWait()).isEqualTo(10_000 * MILLI);
    }
}
