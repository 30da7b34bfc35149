package org.quotaledger.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.quotaledger.window.Spans.at;
import static org.quotaledger.window.Spans.span;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WindowSpanTest {

    private final WindowSpan day = span("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z");

    @Test
    void containsItsStartAndNotItsEnd() {
        assertThat(day.contains(at("2025-12-31T23:59:59.999999999Z"))).isFalse();
        assertThat(day.contains(at("2026-01-01T00:00:00Z"))).isTrue();
        assertThat(day.contains(at("2026-01-01T23:59:59.999999999Z"))).isTrue();
        assertThat(day.contains(at("2026-01-02T00:00:00Z"))).isFalse();
    }

    @Test
    void isAsLongAsTheTimeFromStartToEnd() {
        assertThat(day.length()).isEqualTo(Duration.ofHours(24));
    }

    @Test
    void isWrittenAsAnIsoInterval() {
        assertThat(day).hasToString("2026-01-01T00:00:00Z/2026-01-02T00:00:00Z");
    }

    @Test
    void cannotBeEmptyOrBackwards() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> span("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"))
                .withMessageContaining("2026-01-01T00:00:00Z");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> span("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"))
                .withMessageContaining("not before its end 2026-01-01T00:00:00Z");
    }
}
