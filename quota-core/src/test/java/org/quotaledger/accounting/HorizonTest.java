package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The horizon of retention. */
class HorizonTest extends MemoryLedger {

    private static final Duration REMEMBERED = Duration.ofDays(7);

    @Test
    void aHorizonCloserThanIdsAreRememberedIsRefused() {
        Instant closest = clock.instant().minus(REMEMBERED);

        assertThat(admin.compact(closest, null, 1).next()).isNull();
        assertThatThrownBy(() -> admin.compact(closest.plus(MICROSECOND), null, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("remembered for PT168H");
    }
}
