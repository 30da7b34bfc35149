package org.quotaledger.examples.replay;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a report as data. Dollars are strings: a reader that makes doubles of numbers would not keep them. */
final class ReportJson {

    private ReportJson() {}

    static void write(Report report, Path file) throws IOException {
        DefaultPrettyPrinter indented = new DefaultPrettyPrinter();
        indented.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE.withLinefeed("\n"));
        indented.indentObjectsWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE.withLinefeed("\n"));
        Files.writeString(file, new JsonMapper().writer(indented).writeValueAsString(json(report)) + "\n");
    }

    static ObjectNode json(Report report) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("model", report.model())
                .put("keys", report.keys())
                .put("window", report.window().toString())
                .put("first", report.first().toString())
                .put("last", report.last().toString())
                .put("unreadableRows", report.unreadable());
        ArrayNode lines = json.putArray("lines");
        report.lines()
                .forEach((cell, figures) -> put(
                        lines.addObject()
                                .put("key", cell.account().value())
                                .put("from", cell.span().startInclusive().toString())
                                .put("until", cell.span().endExclusive().toString()),
                        figures));
        Figures totals = report.totals();
        put(json.putObject("totals"), totals)
                .put("aboveEstimate", totals.aboveEstimate())
                .put("late", totals.late());
        ObjectNode audit =
                json.putObject("audit").put("counters", report.verdict().counters());
        report.verdict().differences().forEach(audit.putArray("differences")::add);
        return json;
    }

    private static ObjectNode put(ObjectNode node, Figures figures) {
        node.put("requests", figures.requests())
                .put("admitted", figures.admitted())
                .put("refused", figures.refused());
        figures.refusedBy().forEach(node.putObject("refusedBy")::put);
        return node.put("tokens", figures.charged().tokens())
                .put("usd", figures.charged().usd());
    }
}
