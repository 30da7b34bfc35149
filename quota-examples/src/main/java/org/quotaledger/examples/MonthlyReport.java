package org.quotaledger.examples;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Meter;
import org.quotaledger.json.ReportJson;
import org.quotaledger.report.Group;
import org.quotaledger.report.Grouping;
import org.quotaledger.report.Report;
import org.quotaledger.report.ReportCsv;
import org.quotaledger.report.ReportLine;
import org.quotaledger.report.ReportQuery;
import org.quotaledger.report.ReportTotals;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/** What an operator reads at the end of a month. docs/reports.md shows these methods. Thread-safe. */
final class MonthlyReport {

    private final QuotaLedger ledger;
    private final ZoneId zone;

    MonthlyReport(QuotaLedger ledger, ZoneId zone) {
        this.ledger = ledger;
        this.zone = zone;
    }

    // doc-start
    /** The month of an instant in the operator's zone. */
    private ReportQuery monthOf(Instant instant) {
        WindowSpan month = QuotaWindow.monthly(zone).spanAt(instant);
        return ReportQuery.ALL.reserved(month);
    }

    /** How many requests there were, what they used, and how many were not billed for which reason. */
    ReportTotals overview(Instant in) {
        return ledger.reports().totals(monthOf(in));
    }

    /** A line for each day and model. */
    void daysAndModels(Instant in, Appendable csv) throws IOException {
        ReportCsv.write(ledger.reports().by(monthOf(in), Grouping.day(zone), Grouping.model()), csv);
    }

    /** The keys that cost most. */
    String dearestKeys(Instant in, int max) {
        return ReportJson.write(ledger.reports().top(monthOf(in), Meter.USD, max, Grouping.account()));
    }

    /** What the parents of the keys, their teams, used. */
    Report teams(Instant in) {
        WindowSpan month = QuotaWindow.monthly(zone).spanAt(in);
        return ledger.reports().by(ReportQuery.ofParents(1).reserved(month), Grouping.account());
    }

    /** Every key, however many there are, a page at a time. */
    void everyKey(Instant in, int pageSize, Appendable lines) throws IOException {
        @Nullable List<Group> after = null;
        List<ReportLine> page;
        do {
            page = ledger.reports()
                    .page(monthOf(in), after, pageSize, Grouping.account())
                    .lines();
            for (ReportLine line : page) {
                lines.append(line.groups() + " used " + line.totals().used(Meter.USD) + "\n");
                after = line.groups();
            }
        } while (page.size() == pageSize);
    }

    /** The windows of a key as they stand: used, held, remaining, percent, status and next reset. */
    String windows(AccountId key) {
        return ReportJson.write(ledger.usage(key));
    }
    // doc-end
}
