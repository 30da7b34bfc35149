package org.quotaledger.report;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.quotaledger.amount.Meter;
import org.quotaledger.amount.Total;

/**
 * Writes a report as comma-separated values by RFC 4180: a header, a line for each of its lines, and no line of totals, so
 * that each column can be summed. Amounts are exact decimals of their meter.
 *
 * <p>A text that a spreadsheet would take for a formula, because it starts with {@code =}, {@code +}, {@code -} or
 * {@code @}, is written after an apostrophe.
 */
public final class ReportCsv {

    private ReportCsv() {}

    /** A column of figures: its name, and what it says of a line. */
    private record Column(String name, Function<ReportTotals, String> figure) {}

    /**
     * Writes a report.
     *
     * @throws IOException if {@code to} does
     */
    public static void write(Report report, Appendable to) throws IOException {
        List<Column> columns = columns(report.totals());
        List<String> header = new ArrayList<>(report.columns());
        columns.forEach(column -> header.add(column.name()));
        record(header, to);
        for (ReportLine line : report.lines()) {
            List<String> fields = new ArrayList<>();
            line.groups().forEach(group -> fields.add(group.text()));
            columns.forEach(column -> fields.add(column.figure().apply(line.totals())));
            record(fields, to);
        }
    }

    private static List<Column> columns(ReportTotals all) {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("requests", totals -> Long.toString(totals.requests())));
        columns.add(new Column("late", totals -> Long.toString(totals.late())));
        columns.add(new Column("refunds", totals -> Long.toString(totals.refunds())));
        for (String reason : all.unbilled().keySet()) {
            columns.add(new Column("unbilled " + reason, totals -> count(totals.unbilled(), reason)));
        }
        for (String code : all.observed().keySet()) {
            columns.add(new Column("observed " + code, totals -> count(totals.observed(), code)));
        }
        for (String code : all.refused().keySet()) {
            columns.add(new Column("refused " + code, totals -> count(totals.refused(), code)));
        }
        for (Meter meter : all.meters().keySet()) {
            columns.add(amount(all, meter, "used", MeterTotals::used));
            columns.add(amount(all, meter, "charged", MeterTotals::charged));
            columns.add(amount(all, meter, "refunded", MeterTotals::refunded));
            columns.add(amount(all, meter, "excess", MeterTotals::excess));
            columns.add(amount(all, meter, "late", MeterTotals::late));
        }
        return columns;
    }

    private static String count(Map<String, Long> counts, String key) {
        return Long.toString(counts.getOrDefault(key, 0L));
    }

    private static Column amount(ReportTotals all, Meter meter, String what, Function<MeterTotals, Total> amount) {
        return new Column(all.nameOf(meter) + " " + what, totals -> {
            MeterTotals ofMeter = totals.meters().get(meter);
            BigDecimal figure = ofMeter == null
                    ? Total.zero(meter).toDecimal()
                    : amount.apply(ofMeter).toDecimal();
            return figure.toPlainString();
        });
    }

    private static void record(List<String> fields, Appendable to) throws IOException {
        for (int i = 0; i < fields.size(); i++) {
            if (i > 0) {
                to.append(',');
            }
            to.append(field(fields.get(i)));
        }
        to.append("\r\n");
    }

    private static String field(String text) {
        String safe = !text.isEmpty() && "=+-@".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
        return quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }
}
