package org.quotaledger.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenUsageTest {

    @Test
    void inclusiveInputIsSplitIntoPlainAndCached() {
        TokenUsage usage = TokenUsage.inclusive(2_006, 1_920, 300);

        assertThat(usage).isEqualTo(new TokenUsage(86, 1_920, 0, 0, 300));
        assertThat(usage.inputTokens()).isEqualTo(2_006);
        assertThat(usage.totalTokens()).isEqualTo(2_306);
    }

    @Test
    void exclusiveInputIsAddedToCached() {
        TokenUsage usage = TokenUsage.exclusive(100, 30, 20, 5, 50);

        assertThat(usage.plainInput()).isEqualTo(100);
        assertThat(usage.inputTokens()).isEqualTo(155);
        assertThat(usage.totalTokens()).isEqualTo(205);
    }

    @Test
    void bothWaysOfReportingTheSameRequestAreEqual() {
        assertThat(TokenUsage.inclusive(155, 30, 20, 5, 50)).isEqualTo(TokenUsage.exclusive(100, 30, 20, 5, 50));
    }

    @Test
    void inputCanBeCachedWhole() {
        assertThat(TokenUsage.inclusive(60, 10, 20, 30, 0).plainInput()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "10, 11, 0, 0",
        "10, 5, 6, 0",
        "10, 5, 4, 2",
        "9223372036854775807, 9223372036854775807, 9223372036854775807, 2"
    })
    void refusesMoreCachedTokensThanTheInputThatIncludesThem(long input, long read, long write5m, long write1h) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenUsage.inclusive(input, read, write5m, write1h, 0))
                .withMessageContaining("cached tokens are more than the " + input + " input tokens")
                .withMessageContaining(read + " read");
    }

    @ParameterizedTest
    @CsvSource({"-1, 0, 0, 0, 0", "0, -1, 0, 0, 0", "0, 0, -1, 0, 0", "0, 0, 0, -1, 0", "0, 0, 0, 0, -1"})
    void refusesNegativeCountsByEveryDoor(long input, long read, long write5m, long write1h, long output) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenUsage.exclusive(input, read, write5m, write1h, output))
                .withMessageContaining("negative: -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenUsage.inclusive(input, read, write5m, write1h, output))
                .withMessageContaining("negative: -1");
    }

    @Test
    void aNegativeCachedCountCannotRaisePlainInput() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenUsage.inclusive(10, Long.MIN_VALUE, 0))
                .withMessageContaining("cached read tokens are negative");
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775807, 1, 0, 0, 0",
        "9223372036854775807, 0, 0, 0, 1",
        "4611686018427387904, 4611686018427387904, 0, 0, 0",
        "9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807"
    })
    void refusesCountsWhoseSumNoLongHolds(long input, long read, long write5m, long write1h, long output) {
        assertThatThrownBy(() -> TokenUsage.exclusive(input, read, write5m, write1h, output))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("more than 9223372036854775807");
    }

    @Test
    void acceptsASumOfExactlyTheLargestLong() {
        assertThat(TokenUsage.of(Long.MAX_VALUE - 7, 7).totalTokens()).isEqualTo(Long.MAX_VALUE);
    }
}
