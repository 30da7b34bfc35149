package org.quotaledger.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Spans that others computed, read from the folder {@code shared} beside the checkout where it is there. */
class WindowVectorsTest {

    @TestFactory
    List<DynamicTest> agreesWithEveryVector() throws IOException {
        List<DynamicTest> claims = new ArrayList<>();
        for (String[] row : rows("windows.csv", "kind,zone,at,first,day,length,anchor,instant,start,end", 10)) {
            claims.add(agrees(String.join(" ", row), window(row), row[7], row[8], row[9]));
        }
        return claims;
    }

    @TestFactory
    List<DynamicTest> agreesWithEveryNamedVector() throws IOException {
        List<DynamicTest> claims = new ArrayList<>();
        for (String[] row : rows("windows-named.csv", "id,length,anchor,zone,instant,start,end,note", 8)) {
            claims.add(agrees(row[0] + " " + row[7], namedWindow(row), row[4], row[5], row[6]));
        }
        return claims;
    }

    private static DynamicTest agrees(String name, QuotaWindow window, String instant, String start, String end) {
        return DynamicTest.dynamicTest(
                name, () -> assertThat(window.spanAt(instant(instant))).isEqualTo(Spans.span(start, end)));
    }

    private static QuotaWindow window(String[] row) {
        return switch (row[0]) {
            case "hourly" -> QuotaWindow.hourly(zone(row));
            case "daily" -> QuotaWindow.daily(zone(row), LocalTime.parse(row[2]));
            case "weekly" -> QuotaWindow.weekly(zone(row), DayOfWeek.valueOf(row[3]), LocalTime.parse(row[2]));
            case "monthly" -> QuotaWindow.monthly(zone(row), Integer.parseInt(row[4]), LocalTime.parse(row[2]));
            case "every-duration" -> QuotaWindow.custom(Duration.parse(row[5]), instant(row[6]));
            case "every-days", "every-months" ->
                QuotaWindow.custom(Period.parse(row[5]), LocalDateTime.parse(row[6]), zone(row));
            default -> throw new IllegalArgumentException("kind is " + row[0]);
        };
    }

    private static ZoneId zone(String[] row) {
        return ZoneId.of(row[1]);
    }

    private static QuotaWindow namedWindow(String[] row) {
        ZoneId zone = ZoneId.of(row[3]);
        LocalDateTime anchor =
                row[2].endsWith("Z") ? LocalDateTime.ofInstant(instant(row[2]), zone) : LocalDateTime.parse(row[2]);
        return row[1].startsWith("PT")
                ? QuotaWindow.custom(Duration.parse(row[1]), anchor.atZone(zone).toInstant())
                : QuotaWindow.custom(Period.parse(row[1]), anchor, zone);
    }

    private static Instant instant(String text) {
        return OffsetDateTime.parse(text).toInstant();
    }

    private static List<String[]> rows(String file, String header, int columns) throws IOException {
        Path vectors = projectTop().resolveSibling("shared").resolve("vectors").resolve(file);
        assumeTrue(Files.isRegularFile(vectors), () -> "skipped: there is no ../shared/vectors/" + file);

        List<String> lines = Files.readAllLines(vectors);
        assertThat(lines.get(0)).isEqualTo(header);
        List<String[]> rows =
                lines.stream().skip(1).map(line -> line.split(",", columns)).toList();
        assertThat(rows).hasSizeGreaterThan(60).allMatch(row -> row.length == columns);
        return rows;
    }

    /** The build runs tests in the module's folder, some development environments in the project's. */
    private static Path projectTop() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("quota-core")) ? here : here.getParent();
    }
}
