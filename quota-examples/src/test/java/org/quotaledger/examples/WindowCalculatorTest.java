package org.quotaledger.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowCalculatorTest {

    private static final String KINDS = "kind,zone,at,first,day,length,anchor,instant,start,end";
    private static final String NAMED = "id,length,anchor,zone,instant,start,end,note";

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        Clock clock = Clock.fixed(Instant.parse("2026-03-29T00:00:00Z"), ZoneOffset.UTC);
        return WindowCalculator.run(args, clock, print(out), print(err));
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private List<String> out() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private String file(String... lines) throws IOException {
        return Files.write(folder.resolve("vectors.csv"), List.of(lines)).toString();
    }

    @Test
    void printsTheSpansOfAWindowInTheZone() {
        int status = run(
                "daily Europe/Berlin 02:30", "--at", "2026-03-29T00:00:00Z", "--count", "3", "--zone", "Europe/Berlin");

        assertThat(status).isZero();
        assertThat(err()).isEmpty();
        assertThat(out())
                .containsExactly(
                        "daily Europe/Berlin 02:30 at 2026-03-29T01:00:00+01:00, times in Europe/Berlin",
                        "   start                      end                        length",
                        "1  2026-03-28T02:30:00+01:00  2026-03-29T03:30:00+02:00  PT24H",
                        "2  2026-03-29T03:30:00+02:00  2026-03-30T02:30:00+02:00  PT23H",
                        "3  2026-03-30T02:30:00+02:00  2026-03-31T02:30:00+02:00  PT24H");
    }

    @Test
    void printsFiveSpansFromNowInUtcUnlessToldOtherwise() {
        int status = run("monthly", "UTC", "31");

        assertThat(status).isZero();
        assertThat(out())
                .hasSize(7)
                .contains(
                        "monthly UTC 31 00:00 at 2026-03-29T00:00:00Z, times in UTC",
                        "1  2026-02-28T00:00:00Z  2026-03-31T00:00:00Z  PT744H",
                        "5  2026-06-30T00:00:00Z  2026-07-31T00:00:00Z  PT744H");
    }

    @Test
    void readsAnOffsetAsAWordAndNotAsAnOption() {
        assertThat(run("daily", "-05:00", "--count", "1")).isZero();
        assertThat(out()).contains("1  2026-03-28T05:00:00Z  2026-03-29T05:00:00Z  PT24H");
    }

    @Test
    void printsUntilWhenTheBucketsOfARollingWindowCount() {
        assertThat(run("rolling PT1H", "--count", "2")).isZero();
        assertThat(out())
                .containsExactly(
                        "rolling PT1H by PT1M at 2026-03-29T00:00:00Z, times in UTC",
                        "   start                 end                   length  counts until",
                        "1  2026-03-29T00:00:00Z  2026-03-29T00:01:00Z  PT1M    2026-03-29T01:01:00Z",
                        "2  2026-03-29T00:01:00Z  2026-03-29T00:02:00Z  PT1M    2026-03-29T01:02:00Z");
    }

    @Test
    void printsTheSpansThatUseAfterUseWouldOpen() {
        assertThat(run("since-first-use PT5H", "--count", "2")).isZero();
        assertThat(out())
                .contains(
                        "1  2026-03-29T00:00:00Z  2026-03-29T05:00:00Z  PT5H",
                        "2  2026-03-29T05:00:00Z  2026-03-29T10:00:00Z  PT5H",
                        "The first use opens the first span; the others are shown as if the next use came at once.");
    }

    @Test
    void printsTheOneSpanOfALifetimeAndWhetherItHoldsTheInstant() {
        assertThat(run("lifetime until 2026-01-01T00:00:00Z")).isZero();
        assertThat(out())
                .hasSize(4)
                .contains(
                        "1  0001-01-01T00:00:00Z  2026-01-01T00:00:00Z  PT17750784H",
                        "The one span does not contain the instant.");
    }

    @Test
    void stopsAtTheEndOfAllYears() {
        assertThat(run("monthly UTC", "--at", "9999-11-15T00:00:00Z")).isZero();
        assertThat(out()).hasSize(4).anyMatch(line -> line.startsWith("2  9999-12-01T00:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"windows.csv", "windows-named.csv"})
    void agreesWithEveryRowOfTheVectors(String name) {
        Path here = Path.of("").toAbsolutePath();
        Path top = Files.isDirectory(here.resolve("quota-core")) ? here : here.getParent();
        Path vectors = top.resolveSibling("shared").resolve("vectors").resolve(name);
        assumeTrue(Files.isRegularFile(vectors), () -> "skipped: there is no ../shared/vectors/" + name);

        assertThat(run("--check", vectors.toString())).isZero();
        assertThat(out()).singleElement().asString().matches("checked [0-9]{2,} rows of .*: all agree");
    }

    @Test
    void namesEachRowThatDiffers() throws IOException {
        String file = file(
                KINDS,
                "daily,UTC,00:00:00,,,,,2026-01-01T12:00:00Z,2026-01-01T00:00:00Z,2026-01-02T00:00:00Z",
                "hourly,UTC,,,,,,2026-01-01T12:30:00Z,2026-01-01T12:00:00Z,2026-01-01T13:00:01Z",
                "every-days,UTC,,,,P2D,2026-01-01T00:00:00,2026-01-02T00:00:00Z,2026-01-02T00:00:00Z,2026-01-03T00:00:00Z");

        assertThat(run("--check", file)).isEqualTo(1);
        assertThat(out())
                .containsExactly(
                        "line 3 (hourly): hourly UTC at 2026-01-01T12:30:00Z: expected"
                                + " 2026-01-01T12:00:00Z/2026-01-01T13:00:01Z but was"
                                + " 2026-01-01T12:00:00Z/2026-01-01T13:00:00Z",
                        "line 4 (every-days): every P2D from 2026-01-01T00:00 UTC at 2026-01-02T00:00:00Z: expected"
                                + " 2026-01-02T00:00:00Z/2026-01-03T00:00:00Z but was"
                                + " 2026-01-01T00:00:00Z/2026-01-03T00:00:00Z",
                        "checked 3 rows of " + file + ": 2 differ or cannot be read");
    }

    @Test
    void namesTheIdOfANamedRowThatDiffers() throws IOException {
        String file = file(
                NAMED,
                "A1,P1D,2026-01-01T00:00,UTC,2026-01-01T12:00:00+09:00,2026-01-01T00:00:00Z,2026-01-02T00:00:00Z,",
                "A2,PT1H,2026-01-01T00:00,UTC,2026-01-01T12:00:00Z,2026-01-01T00:00:00Z,2026-01-02T00:00:00Z,a, b");

        assertThat(run("--check", file)).isEqualTo(1);
        assertThat(out()).hasSize(2).first().asString().startsWith("line 3 (A2): every PT1H from 2026-01-01T00:00:00Z");
    }

    static Stream<Arguments> malformedRows() {
        return Stream.of(
                Arguments.of("daily,UTC", "2 columns"),
                Arguments.of(",,,,,,,,,", "kind is empty"),
                Arguments.of(
                        "yearly,UTC,,,,,,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,2027-01-01T00:00:00Z", "yearly"),
                Arguments.of(
                        "daily,UTC,,,,,,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,2026-01-02T00:00:00Z", "at is empty"),
                Arguments.of("hourly,Mars,,,,,,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,2026-01-01T01:00:00Z", "Mars"),
                Arguments.of("hourly,UTC,,,,,,noon,2026-01-01T00:00:00Z,2026-01-01T01:00:00Z", "noon"),
                Arguments.of("hourly,UTC,,,,,,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,", "end is empty"),
                Arguments.of(
                        "monthly,UTC,00:00,,32,,,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z",
                        "day is 32"),
                Arguments.of(
                        "hourly,UTC,,,,,,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,2026-01-01T01:00:00Z,x",
                        "11 columns"));
    }

    @ParameterizedTest
    @MethodSource("malformedRows")
    void countsARowThatCannotBeReadAsADifference(String row, String why) throws IOException {
        String file = file(KINDS, row);

        assertThat(run("--check", file)).isEqualTo(1);
        assertThat(out().get(0)).startsWith("line 2: cannot be read: ").contains(why);
        assertThat(out().get(1)).startsWith("checked 1 rows");
    }

    @Test
    void refusesAFileThatHasNothingToCheck() throws IOException {
        assertThat(run("--check", file())).isEqualTo(2);
        assertThat(run("--check", file(KINDS))).isEqualTo(2);
        assertThat(run("--check", file(NAMED, "", " "))).isEqualTo(2);
        assertThat(run("--check", file("start,end", "1,2"))).isEqualTo(2);
        assertThat(run("--check", folder.resolve("missing.csv").toString())).isEqualTo(2);
        assertThat(run("--check", folder.toString())).isEqualTo(2);
        assertThat(out()).isEmpty();
        assertThat(err())
                .contains("is empty", "has no rows to check", "line 1 is \"start,end\"", "cannot read", "missing.csv");
    }

    static Stream<Arguments> misuses() {
        return Stream.of(
                misuse("no window"),
                misuse("as the first word", ""),
                misuse("window is \"dayly UTC\"", "dayly UTC"),
                misuse("unknown option --counts", "daily UTC", "--counts", "5"),
                misuse("unknown option -x", "daily UTC", "-x"),
                misuse("unknown option --at=", "daily UTC", "--at=2026-01-01T00:00:00Z"),
                misuse("--at has no value", "daily UTC", "--at"),
                misuse(
                        "--at is given twice",
                        "daily UTC",
                        "--at",
                        "2026-01-01T00:00:00Z",
                        "--at",
                        "2026-01-01T00:00:00Z"),
                misuse("--at is \"noon\"", "daily UTC", "--at", "noon"),
                misuse("--at: instant is +10000", "daily UTC", "--at", "+10000-01-01T00:00:00Z"),
                misuse("--count is \"0\"", "daily UTC", "--count", "0"),
                misuse("--count is \"-1\"", "daily UTC", "--count", "-1"),
                misuse("--count is \"10001\"", "daily UTC", "--count", "10001"),
                misuse("--count is \"five\"", "daily UTC", "--count", "five"),
                misuse("--zone is \"Mars\"", "daily UTC", "--zone", "Mars"),
                misuse("goes with no window", "daily UTC", "--check", "x.csv"),
                misuse("no other option", "--check", "x.csv", "--count", "5"));
    }

    private static Arguments misuse(String message, String... args) {
        return Arguments.of(message, args);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("misuses")
    void exitsWithTwoAndSaysWhatIsWrong(String message, String[] args) {
        assertThat(run(args)).isEqualTo(2);
        assertThat(err()).contains(message).contains("--help");
        assertThat(out()).isEmpty();
    }

    @Test
    void helpsWhenAsked() {
        assertThat(run("--help")).isZero();
        assertThat(out()).contains("  WINDOW [--at INSTANT] [--count N] [--zone ZONE]");
        assertThat(err()).isEmpty();
    }
}
