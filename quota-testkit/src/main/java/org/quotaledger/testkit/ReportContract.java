package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.JournalKind;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.amount.Meter;
import org.quotaledger.amount.Total;
import org.quotaledger.policy.OnExpiry;
import org.quotaledger.report.Group;
import org.quotaledger.report.Grouping;
import org.quotaledger.report.LedgerReports;
import org.quotaledger.report.MeterTotals;
import org.quotaledger.report.Report;
import org.quotaledger.report.ReportLine;
import org.quotaledger.report.ReportQuery;
import org.quotaledger.report.ReportTotals;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.UnbilledReason;

/** Reports add the journal up exactly, and count each request once. */
abstract class ReportContract extends ContractSection {

    private static final ZoneId PARIS = ZoneId.of("Europe/Paris");

    @Test
    void anOverviewTellsWhatHappenedToEveryRequest() {
        AccountId key = account(
                "key",
                account("team"),
                limit("daily", 1_000, DAILY).onExpiry(OnExpiry.PROGRESS).build());
        spend(key, 10);
        hold(key, 5).settle(tokens(8)).orThrow();
        ledger.charge(id("direct"), key, tokens(4)).orThrow();
        ledger.refund(id("f"), id("direct"), tokens(1)).orThrow();
        RequestId crashed = hold(key, 20).id();
        ledger.progress(crashed, tokens(6)).orThrow();
        RequestId late = hold(key, 20).id();
        ledger.progress(late, tokens(2)).orThrow();
        clock.advance(TIME_TO_LIVE);
        admin.sweep(100);
        ledger.settle(late, tokens(3)).orThrow();
        ledger.reserve(ReserveRequest.unbilled(key, UnbilledReason.MODEL_MISSING)
                        .build())
                .orThrow();
        ledger.reserve(observing(key, 5_000).build()).orThrow().release();

        ReportTotals totals = ledger.reports().totals(ReportQuery.ALL);

        assertThat(totals.requests()).isEqualTo(6);
        assertThat(totals.late()).isEqualTo(1);
        assertThat(totals.refunds()).isEqualTo(1);
        assertThat(totals.unbilled()).containsOnly(Map.entry("MODEL_MISSING", 1L));
        assertThat(totals.observed()).containsOnly(Map.entry("quota_never_fits", 1L));
        assertThat(totals.meters())
                .containsOnly(Map.entry(Meter.TOKENS, new MeterTotals(total(31), total(1), total(3), total(3))));
        assertThat(totals.used(Meter.TOKENS)).isEqualTo(total(30));
        assertThat(ledger.reports().totals(ReportQuery.of(AccountId.of("team"))))
                .as("what its parent was charged")
                .isEqualTo(totals);
    }

    @Test
    void aReportByAccountChargesEachRequestToOneAndOneByParentToItsParent() {
        AccountId org = account("org");
        AccountId team = account("team", org);
        AccountId one = account("one", team);
        AccountId two = account("two", team);
        spend(one, 1);
        spend(two, 10);
        spend(team, 100);

        LedgerReports reports = ledger.reports();

        assertThat(tokens(reports.by(ReportQuery.ALL, Grouping.account())))
                .containsExactly("one 1", "team 100", "two 10");
        assertThat(tokens(reports.by(ReportQuery.ofParents(1), Grouping.account())))
                .containsExactly("org 100", "team 11");
        assertThat(tokens(reports.by(ReportQuery.ofParents(2), Grouping.account())))
                .containsExactly("org 11");
        assertThat(tokens(reports.by(ReportQuery.of(org), Grouping.origin())))
                .containsExactly("one 1", "team 100", "two 10");
        assertThat(reports.totals(ReportQuery.of(team)).used(Meter.TOKENS)).isEqualTo(total(111));
    }

    @Test
    void aReportByTagHasALineForWhatDoesNotHaveIt() {
        AccountId key = account("key");
        tagged(key, 1, "model", "small");
        tagged(key, 2, "model", "large");
        tagged(key, 4, "team", "red");
        tagged(key, 8, "model", "small");

        LedgerReports reports = ledger.reports();

        assertThat(tokens(reports.by(ReportQuery.ALL, Grouping.model()))).containsExactly(" 4", "large 2", "small 9");
        assertThat(tokens(reports.by(ReportQuery.ALL.tag("model", "small"), Grouping.account())))
                .containsExactly("key 9");
        assertThat(tokens(reports.top(ReportQuery.ALL, Meter.TOKENS, 2, Grouping.model())))
                .containsExactly("small 9", " 4");
    }

    @Test
    void timeIsTheTimeOfTheReserveInTheZoneOfTheReport() {
        AccountId key = account("key");
        clock.set(Instant.parse("2026-03-28T22:30:00Z"));
        Reservation hold = hold(key, 1);
        clock.set(Instant.parse("2026-03-28T23:00:00Z"));
        spend(key, 10);
        hold.settle(tokens(1)).orThrow();
        clock.set(Instant.parse("2026-03-29T21:59:59Z"));
        spend(key, 100);
        clock.set(Instant.parse("2026-03-29T22:00:00Z"));
        spend(key, 1_000);
        clock.set(Instant.parse("2026-04-01T00:00:00Z"));
        spend(key, 10_000);

        LedgerReports reports = ledger.reports();

        assertThat(tokens(reports.by(ReportQuery.ALL, Grouping.day(PARIS))))
                .containsExactly("2026-03-28 1", "2026-03-29 110", "2026-03-30 1000", "2026-04-01 10000");
        assertThat(tokens(reports.by(ReportQuery.ALL, Grouping.week(PARIS))))
                .containsExactly("2026-03-23 111", "2026-03-30 11000");
        assertThat(tokens(reports.by(ReportQuery.ALL, Grouping.month(ZoneOffset.UTC))))
                .containsExactly("2026-03 1111", "2026-04 10000");
        assertThat(tokens(reports.by(ReportQuery.ALL, Grouping.hour(PARIS))))
                .containsExactly(
                        "2026-03-28T23:00+01:00 1",
                        "2026-03-29T00:00+01:00 10",
                        "2026-03-29T23:00+02:00 100",
                        "2026-03-30T00:00+02:00 1000",
                        "2026-04-01T02:00+02:00 10000");
        assertThat(reports.totals(ReportQuery.ALL.reserved(
                                Instant.parse("2026-03-28T23:00:00Z"), Instant.parse("2026-03-29T22:00:00Z")))
                        .used(Meter.TOKENS))
                .isEqualTo(total(110));
    }

    @Test
    void pagesHaveEveryLineOnceAndTheTotalsOfAll() {
        AccountId key = account("key");
        for (int i = 0; i < 7; i++) {
            tagged(key, 1, "model", "m" + (i * 5) % 7);
            tagged(key, 1, "model", "m" + (i * 3) % 7);
        }
        LedgerReports reports = ledger.reports();

        List<String> lines = new ArrayList<>();
        Report page = reports.page(ReportQuery.ALL, null, 3, Grouping.model());
        while (!page.lines().isEmpty()) {
            assertThat(page.totals().requests()).isEqualTo(14);
            lines.addAll(tokens(page));
            List<Group> last = page.lines().get(page.lines().size() - 1).groups();
            page = reports.page(ReportQuery.ALL, last, 3, Grouping.model());
        }

        assertThat(lines).containsExactly("m0 2", "m1 2", "m2 2", "m3 2", "m4 2", "m5 2", "m6 2");
    }

    @Test
    void everyReportAddsUpToTheJournal() {
        for (long seed = 1; seed <= 3; seed++) {
            String name = "seed" + seed + "-";
            AccountId team = account(name + "team");
            new Traffic(ledger, clock, new SplittableRandom(seed))
                    .play(List.of(team, account(name + "a", team), account(name + "b", team)), name, 600);
        }

        LedgerReports reports = ledger.reports();
        BigInteger journal = journalSum(journal());
        long requests = ledger.reports().totals(ReportQuery.ALL).requests();

        for (Grouping grouping : List.of(
                Grouping.account(), Grouping.origin(), Grouping.model(), Grouping.hour(PARIS), Grouping.month(PARIS))) {
            Report report = reports.by(ReportQuery.ALL, grouping, Grouping.tag("other"));
            assertThat(sum(report)).as("report by %s", grouping).isEqualTo(journal);
            assertThat(report.lines().stream()
                            .mapToLong(line -> line.totals().requests())
                            .sum())
                    .isEqualTo(requests);
            assertThat(report.totals().used(Meter.TOKENS).units()).isEqualTo(journal);
        }
        assertThat(requests).as("each request once").isEqualTo(requestsOf(journal()));
    }

    /** Adds up without the reports' code: what the accounts charged are charged. */
    private static BigInteger journalSum(List<JournalRow> rows) {
        BigInteger sum = BigInteger.ZERO;
        for (JournalRow row : rows) {
            if (row.depth() == 0 && Meter.TOKENS.equals(row.meter())) {
                sum = sum.add(BigInteger.valueOf(row.units()));
            }
        }
        return sum;
    }

    private static long requestsOf(List<JournalRow> rows) {
        return rows.stream()
                .filter(row -> row.kind() != JournalKind.REFUND && row.kind() != JournalKind.OBSERVED)
                .map(JournalRow::reservation)
                .distinct()
                .count();
    }

    private static BigInteger sum(Report report) {
        return report.lines().stream()
                .map(line -> line.totals().used(Meter.TOKENS).units())
                .reduce(BigInteger.ZERO, BigInteger::add);
    }

    private static Total total(long units) {
        return Total.of(amount(units));
    }

    private void tagged(AccountId account, long tokens, String key, String value) {
        Reservation hold = ledger.reserve(ReserveRequest.builder(account, tokens(tokens))
                        .tag(key, value)
                        .build())
                .orThrow();
        hold.settle(tokens(tokens)).orThrow();
    }

    /** Says of each line its groups and the tokens used. */
    private static List<String> tokens(Report report) {
        List<String> lines = new ArrayList<>();
        for (ReportLine line : report.lines()) {
            lines.add(String.join("/", line.groups().stream().map(Group::text).toList()) + " "
                    + line.totals().used(Meter.TOKENS).units());
        }
        return lines;
    }
}
