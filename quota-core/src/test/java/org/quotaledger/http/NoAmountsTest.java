package org.quotaledger.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;

/** A client is shown no amount, and nothing that depends on one. */
class NoAmountsTest {

    private static final Instant SOON = Refusals.AT.plusSeconds(30);
    private static final Instant LATER = Instant.parse("2026-03-01T16:00:00Z");

    static Stream<Arguments> everyKindOfRefusal() {
        List<Arguments> all = new ArrayList<>();
        for (RefusalCode code : RefusalCode.values()) {
            for (Instant retryAt : new Instant[] {null, SOON, LATER}) {
                for (int limits = 0; limits <= (Refusals.isOfQuota(code) ? 4 : 0); limits++) {
                    for (Locale language : RefusalLanguages.FOUND.locales()) {
                        all.add(Arguments.of(code, retryAt, limits, language));
                    }
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0}, retry at {1}, {2} limits, {3}")
    @MethodSource("everyKindOfRefusal")
    void noDigitsOfAnAmountAreShown(RefusalCode code, @Nullable Instant retryAt, int limits, Locale language) {
        // Amounts whose digits stand in no time, status or draft number.
        Refusal refusal =
                Refusals.with(code, retryAt, limits, usd("7391.77"), usd("48.127"), usd("7379.953"), usd("9.6174"));

        HttpRefusal answer = HttpRefusal.of(refusal, Refusals.SHANGHAI, language);

        String shown = shown(answer);
        assertThat(shown)
                .doesNotContain("7391", "48.1", "127", "7379", "953", "9.6", "6174")
                .doesNotContainIgnoringCase("usd")
                .doesNotContain("team-secret", "key-1");
    }

    @Property
    void amountsChangeNothingOfTheAnswer(
            @ForAll RefusalCode code,
            @ForAll @IntRange(min = 0, max = 4) int limits,
            @ForAll boolean chinese,
            @ForAll("amounts") Amount[] some,
            @ForAll("amounts") Amount[] others) {
        Locale language = chinese ? Locale.CHINESE : Locale.ENGLISH;

        HttpRefusal one = HttpRefusal.of(Refusals.with(code, LATER, limits, some), Refusals.SHANGHAI, language);
        HttpRefusal other = HttpRefusal.of(Refusals.with(code, LATER, limits, others), Refusals.SHANGHAI, language);

        assertThat(shown(one)).isEqualTo(shown(other));
    }

    @Provide
    Arbitrary<Amount[]> amounts() {
        return Arbitraries.longs()
                .between(0, 1_000_000_000_000L)
                .map(units -> Amount.ofUnits(units, Meter.USD))
                .array(Amount[].class)
                .ofSize(4);
    }

    private static Amount usd(String decimal) {
        return Amount.of(decimal, Meter.USD);
    }

    private static String shown(HttpRefusal answer) {
        return answer.status() + "\n" + answer.headers() + "\n" + answer.text() + "\n" + answer.problemJson() + "\n"
                + answer.openAiJson() + "\n" + answer;
    }
}
