package org.quotaledger.pricing;

import static org.assertj.core.api.Assertions.assertThat;

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
    void moreCachedTokensThanTheInputThatIncludesThemAreAContradiction(
            long input, long read, long write5m, long write1h) {
        TokenUsage usage = TokenUsage.inclusive(input, read, write5m, write1h, 0);

        assertThat(usage.contradiction()).get().asString().contains("cached read " + read);
        assertThat(usage.plainInput()).isNegative();
    }

    @Test
    void countsThatCanBeTrueAreNoContradiction() {
        assertThat(TokenUsage.inclusive(2_006, 1_920, 300).contradiction()).isEmpty();
        assertThat(TokenUsage.NONE.contradiction()).isEmpty();
        assertThat(TokenUsage.of(Long.MAX_VALUE - 7, 7).contradiction()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"-1, 0, 0, 0, 0", "0, -1, 0, 0, 0", "0, 0, -1, 0, 0", "0, 0, 0, -1, 0", "0, 0, 0, 0, -1"})
    void aNegativeCountIsAContradictionByEveryDoor(long input, long read, long write5m, long write1h, long output) {
        assertThat(TokenUsage.exclusive(input, read, write5m, write1h, output).contradiction())
                .get()
                .asString()
                .contains(" -1");
        assertThat(TokenUsage.inclusive(input, read, write5m, write1h, output).contradiction())
                .get()
                .asString()
                .contains(" -1");
    }

    @ParameterizedTest
    @CsvSource({"10, -9223372036854775808", "-9223372036854775808, 9223372036854775807", "-1, -9223372036854775808"})
    void noCountHidesANegativeOne(long input, long read) {
        assertThat(TokenUsage.inclusive(input, read, 0).contradiction()).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775807, 1, 0, 0, 0",
        "9223372036854775807, 0, 0, 0, 1",
        "4611686018427387904, 4611686018427387904, 0, 0, 0",
        "9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807"
    })
    void countsWhoseSumNoLongHoldsAreAContradiction(long input, long read, long write5m, long write1h, long output) {
        TokenUsage usage = TokenUsage.exclusive(input, read, write5m, write1h, output);

        assertThat(usage.contradiction()).get().asString().contains("9223372036854775807");
        assertThat(usage.totalTokens()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theSumsOfAContradictionLeaveOutWhatIsBelowZero() {
        TokenUsage usage = TokenUsage.inclusive(100, 200, 10);

        assertThat(usage.inputTokens()).isEqualTo(200);
        assertThat(usage.totalTokens()).isEqualTo(210);
    }

    @Test
    void aSumCanBeExactlyTheLargestLong() {
        assertThat(TokenUsage.of(Long.MAX_VALUE - 7, 7).totalTokens()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aReportOfZerosIsTheUsageOfNoToken() {
        assertThat(TokenUsage.inclusive(0, 0, 0)).isEqualTo(TokenUsage.NONE);
        assertThat(TokenUsage.NONE.isZero()).isTrue();
        assertThat(TokenUsage.of(0, 1).isZero()).isFalse();
    }
}
