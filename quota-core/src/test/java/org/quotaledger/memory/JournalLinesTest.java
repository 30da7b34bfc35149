package org.quotaledger.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.JournalKind;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.accounting.JournalRow.Counted;
import org.quotaledger.accounting.JournalRow.When;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.RequestOrigin;
import org.quotaledger.reservation.Tags;

/** Journal rows in columns are told as they were. */
class JournalLinesTest {

    private static final AccountId KEY = AccountId.of("key-1");
    private static final AccountId PARENT = AccountId.of("parent");
    private static final Instant RESERVED = Instant.parse("2026-03-10T12:00:00.000001Z");
    private static final Instant BEFORE_1970 = Instant.parse("0001-01-01T00:00:00.999999Z");
    private static final Tags TAGGED = new Tags(Map.of(Tags.MODEL, "gpt-4o"));

    @Test
    void rowsAreToldAsTheyWereInTheirOrder() {
        List<JournalRow> rows = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            rows.add(row(i, JournalKind.SETTLE, Meter.USD, RESERVED, null, Tags.NONE));
            rows.add(row(i, JournalKind.REFUND, Meter.TOKENS, BEFORE_1970, "by mistake", TAGGED));
            rows.add(row(0, JournalKind.UNBILLED, null, RESERVED, "ERROR", TAGGED));
        }
        JournalLines lines = new JournalLines();

        for (int i = 0; i < rows.size(); i++) {
            lines.add(i + 5L, rows.get(i));
        }

        assertThat(lines.lines()).map(JournalLines.Line::row).isEqualTo(rows);
        assertThat(lines.lines()).first().returns(5L, JournalLines.Line::sequence);
        assertThat(lines.lines()).last().returns(rows.size() + 4L, JournalLines.Line::sequence);
    }

    @Test
    void neighboursThatDifferInOneThingAloneAreToldAsTheyWere() {
        List<JournalRow> rows = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            rows.add(row(0, JournalKind.SETTLE, Meter.USD, RESERVED, null, Tags.NONE));
            rows.add(row(0, JournalKind.CHARGE, Meter.USD, RESERVED, null, Tags.NONE));
            rows.add(row(0, JournalKind.SETTLE, Meter.TOKENS, RESERVED, null, Tags.NONE));
            rows.add(row(0, JournalKind.SETTLE, Meter.USD, RESERVED, "by mistake", Tags.NONE));
            rows.add(row(0, JournalKind.SETTLE, Meter.USD, RESERVED, null, TAGGED));
            rows.add(row(KEY, KEY, 0, 1, false));
            rows.add(row(PARENT, KEY, 0, 1, false));
            rows.add(row(KEY, PARENT, 0, 1, false));
            rows.add(row(KEY, KEY, 1, 1, false));
            rows.add(row(KEY, KEY, 0, 0, false));
            rows.add(row(KEY, KEY, 0, 1, true));
        }
        JournalLines lines = new JournalLines();

        rows.forEach(row -> lines.add(1, row));

        assertThat(lines.lines()).map(JournalLines.Line::row).isEqualTo(rows);
    }

    private static JournalRow row(AccountId account, AccountId origin, int depth, long times, boolean late) {
        return new JournalRow(
                JournalKind.SETTLE,
                new RequestOrigin(RequestId.of("r"), origin, Tags.NONE),
                RequestId.of("r"),
                account,
                depth,
                new Counted(times, Meter.USD, 5, 0),
                new When(RESERVED, RESERVED, RESERVED, late),
                null);
    }

    private static JournalRow row(
            int number,
            JournalKind kind,
            @Nullable Meter meter,
            Instant reservedAt,
            @Nullable String reason,
            Tags tags) {
        return new JournalRow(
                kind,
                new RequestOrigin(RequestId.of("r-" + number), PARENT, tags),
                RequestId.of("o-" + number),
                KEY,
                number % 2,
                new Counted(1, meter, -number, meter == null ? 0 : number / 2),
                new When(reservedAt, RESERVED.plusSeconds(number), RESERVED.plusSeconds(number + 1L), number % 3 == 0),
                reason);
    }
}
