package org.quotaledger.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.SortedMap;
import org.quotaledger.accounting.LimitStatus;
import org.quotaledger.report.Report;
import org.quotaledger.report.ReportTotals;

/**
 * Reports as JSON, for a dashboard to read. Amounts are decimals in strings, so that no reader makes a floating-point number
 * of them.
 *
 * <pre>{@code
 * {
 *   "lines": [
 *     {
 *       "model": "gpt-4o",
 *       "requests": 2, "late": 0, "refunds": 0, "unbilled": {}, "observed": {}, "refused": {},
 *       "meters": {"usd": {"used": "0.05", "charged": "0.05", "refunded": "0", "excess": "0", "late": "0"}}
 *     }
 *   ],
 *   "totals": {"requests": 2, …}
 * }
 * }</pre>
 *
 * <p>Each line names its groups first, by the report's columns. Meters of one name and several scales are told apart by the
 * scale: {@code usd@8}. Thread-safe.
 */
public final class ReportJson {

    private ReportJson() {}

    /** Returns a report as JSON, indented. */
    public static String write(Report report) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode lines = json.putArray("lines");
        report.lines().forEach(line -> {
            ObjectNode object = lines.addObject();
            for (int i = 0; i < report.columns().size(); i++) {
                object.put(report.columns().get(i), line.groups().get(i).text());
            }
            write(object, line.totals(), report.totals());
        });
        write(json.putObject("totals"), report.totals(), report.totals());
        return StrictJson.write(json);
    }

    /** Returns totals as JSON, indented. */
    public static String write(ReportTotals totals) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        write(json, totals, totals);
        return StrictJson.write(json);
    }

    /**
     * Returns what is used and held of limits as JSON, indented: an array of objects with {@code account}, {@code limit},
     * {@code meter}, {@code window}, {@code start}, {@code amount}, {@code used}, {@code held}, {@code remaining},
     * {@code percent}, {@code status} ({@code "open"}, {@code "full"}, {@code "exhausted"}) and, where there is one,
     * {@code nextReset}.
     */
    public static String write(List<LimitStatus> statuses) {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        statuses.forEach(status -> {
            ObjectNode object = json.addObject()
                    .put("account", status.account().value())
                    .put("limit", status.limit().name())
                    .put("meter", status.limit().meter().name())
                    .put("window", status.limit().window().toString())
                    .put("start", status.span().startInclusive().toString())
                    .put("amount", status.limit().amount().toPlainString())
                    .put("used", status.used().toPlainString())
                    .put("held", status.held().toPlainString())
                    .put("remaining", status.remaining().toPlainString())
                    .put("percent", status.percentUsed().toPlainString())
                    .put("status", StrictObject.word(status.state()));
            status.nextReset().ifPresent(reset -> object.put("nextReset", reset.toString()));
        });
        return StrictJson.write(json);
    }

    private static void write(ObjectNode json, ReportTotals totals, ReportTotals all) {
        json.put("requests", totals.requests()).put("late", totals.late()).put("refunds", totals.refunds());
        write(json.putObject("unbilled"), totals.unbilled());
        write(json.putObject("observed"), totals.observed());
        write(json.putObject("refused"), totals.refused());
        ObjectNode meters = json.putObject("meters");
        totals.meters().forEach((meter, of) -> {
            meters.putObject(all.nameOf(meter))
                    .put("used", of.used().toPlainString())
                    .put("charged", of.charged().toPlainString())
                    .put("refunded", of.refunded().toPlainString())
                    .put("excess", of.excess().toPlainString())
                    .put("late", of.late().toPlainString());
        });
    }

    private static void write(ObjectNode json, SortedMap<String, Long> counts) {
        counts.forEach(json::put);
    }
}
