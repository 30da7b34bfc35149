package org.quotaledger.examples.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceTest {

    private static Trace read(String text) throws IOException {
        return Trace.read(new StringReader(text), Long.MAX_VALUE);
    }

    private static Trace readRow(String row) throws IOException {
        return read(Trace.HEADER + "\n" + row);
    }

    @Test
    void takesTimesAsUtcAndKeepsEveryDecimal() throws IOException {
        assertThat(readRow("2023-11-16 18:17:03.9799601,4808,10").rows())
                .containsExactly(new TraceRow(2, Instant.parse("2023-11-16T18:17:03.979960100Z"), 4808, 10));
    }

    @ParameterizedTest
    @CsvSource({
        "2023-11-16 18:17:03,            2023-11-16T18:17:03Z",
        "2023-11-16 18:17:03.5,          2023-11-16T18:17:03.5Z",
        "2023-11-16 18:17:03.123456789,  2023-11-16T18:17:03.123456789Z",
        "2024-02-29 00:00:00.0000000,    2024-02-29T00:00:00Z"
    })
    void readsTimesWithAnyNumberOfDecimals(String cell, Instant expected) throws IOException {
        assertThat(readRow(cell + ",1,1").rows())
                .singleElement()
                .satisfies(row -> assertThat(row.at()).isEqualTo(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n"})
    void readsLinesThatEndEitherWayAndALastOneThatDoesNot(String end) throws IOException {
        Trace trace = read(
                "\uFEFF" + Trace.HEADER + end + "2023-11-16 18:17:03.1,1,2" + end + end + "2023-11-16 18:17:04.1,3,4");

        assertThat(trace.rows()).extracting(TraceRow::line).containsExactly(2L, 4L);
        assertThat(trace.unreadable()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2023-11-16 18:17:03.1,1",
                "2023-11-16 18:17:03.1,1,2,3",
                "2023-11-16T18:17:03.1Z,1,2",
                "2023-02-30 18:17:03.1,1,2",
                "2023-11-16 25:17:03.1,1,2",
                "0000-11-16 18:17:03.1,1,2",
                ",1,2",
                "2023-11-16 18:17:03.1,-1,2",
                "2023-11-16 18:17:03.1,1.5,2",
                "2023-11-16 18:17:03.1,1,",
                "2023-11-16 18:17:03.1,1, 2",
                "2023-11-16 18:17:03.1,1,1000000001",
                "2023-11-16 18:17:03.1,1,99999999999999999999"
            })
    void namesTheLineOfARowThatCannotBeRead(String row) throws IOException {
        Trace trace = read(Trace.HEADER + "\n2023-11-16 18:17:03,1,1\n" + row + "\n2023-11-16 18:17:04,1,1\n");

        assertThat(trace.unreadable()).singleElement().asString().startsWith("line 3: ");
        assertThat(trace.rows()).extracting(TraceRow::line).containsExactly(2L, 4L);
    }

    @Test
    void stopsAfterSoManyRowsReadableOrNot() throws IOException {
        String text = Trace.HEADER + "\n2023-11-16 18:17:03,1,1\nbad\n2023-11-16 18:17:04,1,1\nbad\n";

        Trace trace = Trace.read(new StringReader(text), 3);

        assertThat(trace.rows()).hasSize(2);
        assertThat(trace.unreadable()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2023-11-16 18:17:03,1,1", "TIMESTAMP,GeneratedTokens,ContextTokens"})
    void refusesAFileThatDoesNotBeginWithTheHeader(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(Misuse.class).hasMessageContaining(Trace.HEADER);
    }
}
