package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TimeZone;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.quotaledger.window.WindowSpan;

class UtcTimesTest {

    private final TimeZone usual = TimeZone.getDefault();

    @AfterEach
    void resetZone() {
        TimeZone.setDefault(usual);
    }

    static Stream<Arguments> dialectsAndZones() {
        return Stream.of(Dialect.values())
                .flatMap(dialect -> Stream.of(
                                "UTC",
                                "America/New_York",
                                "Asia/Shanghai",
                                "Asia/Kathmandu",
                                "Pacific/Apia",
                                "Europe/Amsterdam")
                        .map(zone -> Arguments.of(dialect, zone)));
    }

    @ParameterizedTest
    @MethodSource("dialectsAndZones")
    void anInstantComesBackAsItWentInWhateverTheZone(Dialect dialect, String zone) throws SQLException {
        TimeZone.setDefault(TimeZone.getTimeZone(zone));
        DataSource database = Databases.empty(dialect);

        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE times (at " + columnType(dialect) + " NOT NULL)");
            for (Instant instant : instants()) {
                try (PreparedStatement insert = connection.prepareStatement("INSERT INTO times (at) VALUES (?)")) {
                    new Binder(insert, dialect).time(instant);
                    insert.executeUpdate();
                }
                try (PreparedStatement select = connection.prepareStatement("SELECT at FROM times WHERE at = ?")) {
                    new Binder(select, dialect).time(instant);
                    try (ResultSet result = select.executeQuery()) {
                        Row row = new Row(result, dialect);

                        assertThat(row.next()).as("%s is found", instant).isTrue();
                        assertThat(row.time()).isEqualTo(instant);
                    }
                }
                statement.execute("DELETE FROM times");
            }
        }
    }

    private static String columnType(Dialect dialect) {
        return switch (dialect.times()) {
            case ZONED -> "timestamp(6) with time zone";
            case UNZONED -> "datetime(6)";
            case TEXT -> "text";
        };
    }

    private static List<Instant> instants() {
        long seed = 20260310;
        LongStream random =
                new Random(seed).longs(40, WindowSpan.EARLIEST.getEpochSecond(), WindowSpan.LATEST.getEpochSecond());
        return Stream.concat(
                        Stream.of(
                                WindowSpan.EARLIEST,
                                WindowSpan.LATEST,
                                Instant.EPOCH,
                                Instant.parse("2026-03-29T01:30:00.000001Z"),
                                Instant.parse("1582-10-10T00:00:00.999999Z"),
                                Instant.parse("2011-12-30T12:00:00Z")),
                        random.mapToObj(second -> Instant.ofEpochSecond(second, 123_456_000)))
                .map(Objects::requireNonNull)
                .toList();
    }

    @Test
    void whatIsFinerThanAMicrosecondIsCutNotRounded() {
        Instant finer = Instant.parse("2026-03-10T12:00:00.000000999Z");

        assertThat(UtcTimes.fromSql(UtcTimes.toSql(finer))).isEqualTo(Instant.parse("2026-03-10T12:00:00Z"));
    }
}
