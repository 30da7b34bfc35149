package org.quotaledger.examples.gateway;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.RoutingHandler;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quotaledger.QuotaLedger;
import org.quotaledger.http.HttpRefusal;
import org.quotaledger.json.ReportJson;
import org.quotaledger.report.Grouping;
import org.quotaledger.report.Report;
import org.quotaledger.report.ReportCsv;
import org.quotaledger.report.ReportQuery;
import org.quotaledger.report.ReportTooLargeException;
import org.quotaledger.window.WindowSpan;

/** What was charged, added up from the journal, for whoever has the admin key. Thread-safe. */
final class ReportHandler {

    private static final String CSV = "text/csv";

    private final Authentication authentication;
    private final QuotaLedger ledger;

    ReportHandler(Authentication authentication, QuotaLedger ledger) {
        this.authentication = authentication;
        this.ledger = ledger;
    }

    /** Adds what it serves. */
    void route(RoutingHandler routes) {
        routes.get("/admin/report", this::report);
    }

    private void report(HttpServerExchange exchange) throws IOException {
        authentication.requireAdmin(exchange);
        Report report;
        try {
            report = ledger.reports().by(query(exchange), groupings(exchange));
        } catch (ReportTooLargeException | IllegalArgumentException notAllowed) {
            throw GatewayError.invalid(String.valueOf(notAllowed.getMessage()));
        }
        if (Answers.header(exchange, "Accept").filter(CSV::equals).isPresent()) {
            StringBuilder csv = new StringBuilder();
            ReportCsv.write(report, csv);
            Answers.text(exchange, 200, CSV + ";charset=utf-8", csv.toString());
        } else {
            Answers.text(exchange, 200, HttpRefusal.JSON, ReportJson.write(report));
        }
    }

    /** All that was ever charged, or what was reserved from one instant to before another. */
    private static ReportQuery query(HttpServerExchange exchange) {
        return ReportQuery.ALL.reserved(
                instant(exchange, "from").orElse(WindowSpan.EARLIEST),
                instant(exchange, "before").orElse(WindowSpan.LATEST));
    }

    private static Optional<Instant> instant(HttpServerExchange exchange, String name) {
        try {
            return parameter(exchange, name).map(Instant::parse);
        } catch (DateTimeException noInstant) {
            throw GatewayError.invalid("expected " + name + " to be an instant such as 2026-03-10T00:00:00Z.");
        }
    }

    private static Grouping[] groupings(HttpServerExchange exchange) {
        return parameter(exchange, "by").map(names -> names.split(",", -1)).stream()
                .flatMap(Arrays::stream)
                .map(ReportHandler::grouping)
                .toArray(Grouping[]::new);
    }

    private static Grouping grouping(String name) {
        return switch (name) {
            case "account" -> Grouping.account();
            case "model" -> Grouping.model();
            case "hour" -> Grouping.hour(ZoneOffset.UTC);
            case "day" -> Grouping.day(ZoneOffset.UTC);
            case "month" -> Grouping.month(ZoneOffset.UTC);
            default -> throw GatewayError.invalid("expected by to name some of account, model, hour, day, month.");
        };
    }

    private static Optional<String> parameter(HttpServerExchange exchange, String name) {
        @Nullable Deque<String> values = exchange.getQueryParameters().get(name);
        return values == null ? Optional.empty() : Optional.of(values.getFirst());
    }
}
