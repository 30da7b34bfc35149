package org.quotaledger.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class QuickstartTest {

    private static final Clock NOON = Clock.fixed(Instant.parse("2026-03-10T12:00:00Z"), ZoneOffset.UTC);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        return Quickstart.run(args, NOON, print(out), print(err));
    }

    private static PrintStream print(OutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    @Test
    void paysForCallsUntilTheDailyBudgetHasNoRoomAndTellsWhenToComeBack() {
        int status = run();

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "call 1: 0.85 usd",
                        "call 2: 0.85 usd",
                        "call 3: 0.85 usd",
                        "call 4: 0.85 usd",
                        "alert: 4.25 usd used of daily",
                        "call 5: 0.85 usd",
                        "call 6: refused by daily, come back at 2026-03-11T00:00:00Z");
        assertThat(err.size()).isZero();
        assertThat(status).isZero();
    }

    @Test
    void saysWhatItDoesWhenAskedForHelp() {
        int status = run("--help");

        assertThat(out.toString(StandardCharsets.UTF_8)).contains("5 usd a day", "--help");
        assertThat(status).isZero();
    }

    @Test
    void refusesArgumentsItDoesNotKnow() {
        int status = run("--fast");

        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--fast");
        assertThat(status).isEqualTo(2);
    }

    @Test
    void failsWithAStatusOtherThanZero() {
        Clock broken = Clock.fixed(Instant.MAX, ZoneOffset.UTC);

        int status = Quickstart.run(new String[0], broken, print(out), print(err));

        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("failed: ");
        assertThat(status).isEqualTo(1);
    }
}
