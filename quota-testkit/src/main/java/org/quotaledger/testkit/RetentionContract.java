package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.OnExpiry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.report.Grouping;
import org.quotaledger.report.Report;
import org.quotaledger.report.ReportQuery;
import org.quotaledger.report.ReportTotals;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Tags;
import org.quotaledger.reservation.UnbilledReason;
import org.quotaledger.spi.Compacted;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/** Retention makes the journal smaller, and changes nothing that is asked of it. */
abstract class RetentionContract extends ContractSection {

    private static final Duration REMEMBERED = Duration.ofDays(7);
    private static final ZoneId KOLKATA = ZoneId.of("Asia/Kolkata");

    @Test
    void rowsOfAQuarterOfAnHourBecomeOneWithTheirSums() {
        AccountId key = account("key", daily(1_000_000));
        for (int minute = 0; minute < 30; minute++) {
            tagged(key, 10 + minute, "m");
            clock.advance(Duration.ofMinutes(1));
        }
        clock.advance(REMEMBERED);

        Compacted compacted = compactAll(1_000);

        assertThat(compacted.merged()).isEqualTo(28);
        assertThat(journal())
                .extracting(row -> row.kind() + " " + row.times() + " " + row.units() + " " + row.reservedAt())
                .containsExactly("CHARGE 15 255 2026-03-10T12:00:00Z", "CHARGE 15 480 2026-03-10T12:15:00Z");
    }

    @Test
    void rowsThatTellDifferentThingsStayApart() {
        AccountId team = account("team");
        AccountId key = account("key", team);
        tagged(key, 1, "a");
        tagged(key, 2, "b");
        tagged(team, 3, "a");
        hold(key, 4).settle(tokens(5)).orThrow();
        ledger.charge(id("c"), key, tokensAndRequests(6, 1)).orThrow();
        ledger.refund(id("f"), id("c"), tokens(1)).orThrow();
        ledger.reserve(ReserveRequest.unbilled(key, UnbilledReason.MODEL_MISSING)
                        .build())
                .orThrow();
        ledger.reserve(ReserveRequest.unbilled(key, UnbilledReason.PRICE_NOT_FOUND)
                        .build())
                .orThrow();
        clock.advance(REMEMBERED.plusDays(1));
        List<JournalRow> before = journal();

        compactAll(1_000);

        assertThat(journal()).isEqualTo(before);
    }

    @Test
    void whatWasRecordedSinceTheHorizonStays() {
        AccountId key = account("key");
        Reservation long1 = hold(key, 1, Duration.ofHours(20));
        Reservation long2 = hold(key, 2, Duration.ofHours(20));
        clock.advance(Duration.ofHours(19));
        Instant horizon = clock.instant();
        long1.settle(tokens(1)).orThrow();
        long2.settle(tokens(2)).orThrow();
        clock.advance(REMEMBERED.plusDays(1));

        assertThat(admin.compact(horizon, null, 100).merged()).isZero();
        assertThat(admin.compact(horizon.plusSeconds(1), null, 100).merged()).isEqualTo(1);
    }

    @Test
    void aPassInSmallBatchesComesToAnEndAndARepeatedOneMergesTheRest() {
        for (String name : List.of("a", "b", "c")) {
            AccountId key = account(name);
            for (int i = 0; i < 10; i++) {
                tagged(key, 1, "m");
            }
        }
        clock.advance(REMEMBERED.plusDays(1));

        compactAll(4);
        compactAll(4);

        assertThat(journal()).hasSizeLessThanOrEqualTo(6);
        compactAll(1_000);
        assertThat(journal()).extracting(JournalRow::times).containsExactly(10L, 10L, 10L);
    }

    @Test
    void noMergeCrossesASpanOfALimitOrOfAUsageRow() {
        AccountId key = account(
                "key",
                limit("odd", 1_000_000, QuotaWindow.custom(Duration.ofMinutes(7), NOON))
                        .build(),
                limit("use", 1_000_000, QuotaWindow.sinceFirstUse(Duration.ofDays(40)))
                        .build(),
                limit("life", 1_000_000, QuotaWindow.lifetime(NOON.plus(Duration.ofMinutes(3)), WindowSpan.LATEST))
                        .build());
        for (int minute = 0; minute < 15; minute++) {
            tagged(key, 1, "m");
            clock.advance(Duration.ofMinutes(1));
        }
        clock.advance(REMEMBERED.plusDays(1));

        compactAll(1_000);

        // Spans begin at 12:00, 12:07, 12:14 and, of the lifetime, at 12:03.
        assertThat(journal()).extracting(JournalRow::times).containsExactly(3L, 4L, 7L, 1L);
        assertThat(admin.audit()).isEmpty();
        assertThat(usage(key, "life")).isEqualTo("12 used, 0 held");
    }

    @Test
    void noMergeCrossesAReset() {
        AccountId key = account("key", limit("life", 1_000_000, LIFETIME).build());
        for (int minute = 0; minute < 4; minute++) {
            tagged(key, 1L << minute, "m");
            clock.advance(Duration.ofMinutes(1));
            if (minute == 1) {
                admin.reset(key, "life");
            }
        }
        clock.advance(REMEMBERED.plusDays(1));

        compactAll(1_000);

        assertThat(journal()).extracting(JournalRow::times).containsExactly(2L, 2L);
        assertThat(usage(key, "life")).isEqualTo("12 used, 0 held");
        assertThat(admin.audit()).isEmpty();
    }

    @Test
    void aRefundOfAChargeWhoseRowWasMergedGoesBackToItsWindow() {
        AccountId key = account(
                "key", daily(1_000_000), limit("life", 1_000_000, LIFETIME).build());
        RequestId settled = spend(key, 30).id();
        spend(key, 20);
        clock.advance(REMEMBERED.plusDays(1));
        assertThat(compactAll(1_000).merged()).isEqualTo(1);
        spend(key, 7);

        // The sweep has not come by, so the id is still known.
        ledger.refund(id("f"), settled, tokens(10)).orThrow();

        assertThat(usage(key)).isEqualTo("7 used, 0 held");
        assertThat(usage(key, "life")).isEqualTo("47 used, 0 held");
        assertThat(admin.audit()).isEmpty();
    }

    @Test
    void nodesThatMergeAtOnceBesideChargesLoseAndDoubleNothing() throws InterruptedException {
        List<AccountId> keys = List.of(account("a"), account("b"), account("c"));
        for (AccountId key : keys) {
            for (int i = 0; i < 20; i++) {
                ledger.charge(id("old-" + key + i), key, tokensAndRequests(3, 1))
                        .orThrow();
            }
        }
        clock.advance(REMEMBERED.plusDays(1));

        Race.of(4, thread -> {
            if (thread > 0) {
                compactAll(7);
                return;
            }
            for (int i = 0; i < 20; i++) {
                ledger.charge(id("new-" + i), keys.get(i % 3), tokensAndRequests(5, 1))
                        .orThrow();
            }
        });
        compactAll(1_000);

        ReportTotals totals = ledger.reports().totals(ReportQuery.ALL);
        assertThat(totals.requests()).isEqualTo(80);
        assertThat(totals.used(Meter.TOKENS).toAmount()).isEqualTo(amount(60 * 3 + 20 * 5));
        // Of each key one row of either meter, beside the rows that are too young.
        assertThat(journal()).hasSize(3 * 2 + 20 * 2);
    }

    @Test
    void noReportAuditOrRecountChanges() {
        compactingChangesNothing(2);
    }

    @Test
    @Tag("long")
    void noReportAuditOrRecountOfMuchTrafficChanges() {
        compactingChangesNothing(4);
    }

    private void compactingChangesNothing(int seeds) {
        for (long seed = 1; seed <= seeds; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            String name = "seed" + seed + "-";
            new Traffic(ledger, clock, random).play(accounts(name), name, 75);
            endAllHolds();
            clock.advance(Duration.ofDays(1));
        }
        clock.advance(Duration.ofDays(6));
        List<Report> reports = reports();
        List<String> usage = allUsage();
        int rows = journal().size();

        Instant horizon = clock.instant().minus(REMEMBERED);
        Compacted.Point point = null;
        int merged = 0;
        do {
            Compacted batch = admin.compact(horizon, point, 37);
            merged += batch.merged();
            point = batch.next();
            assertThat(reports()).as("reports in the middle of a pass").isEqualTo(reports);
        } while (point != null);

        assertThat(merged).as("something was merged").isGreaterThan(10 * seeds);
        assertThat(journal()).hasSize(rows - merged);
        assertThat(reports()).isEqualTo(reports);
        assertThat(allUsage()).isEqualTo(usage);
        assertThat(admin.audit()).isEmpty();
        // Limits whose windows were not there before are recounted from the rows that are left.
        List<Long> recounted = new ArrayList<>();
        for (AccountId account : everyAccount()) {
            long sum = journal().stream()
                    .filter(row -> row.account().equals(account) && Meter.TOKENS.equals(row.meter()))
                    .mapToLong(JournalRow::units)
                    .sum();
            relimit(
                    account,
                    limit("month", 1_000_000, QuotaWindow.lifetime(NOON, WindowSpan.LATEST))
                            .build());
            recounted.add(status(account, "month").used().units() - sum);
        }
        assertThat(recounted).containsOnly(0L);
        assertThat(admin.audit()).isEmpty();
    }

    private List<AccountId> accounts(String name) {
        QuotaLimit[] limits = {
            limit("odd", 1_000_000, QuotaWindow.custom(Duration.ofMinutes(7), NOON))
                    .build(),
            limit("rolling", 1_000_000, QuotaWindow.rolling(Duration.ofDays(20)))
                    .build(),
            limit("settled", 1_000_000, QuotaWindow.daily(KOLKATA))
                    .chargeTime(ChargeTime.SETTLE)
                    .build(),
            limit("use", 1_000_000, QuotaWindow.sinceFirstUse(Duration.ofMinutes(100)))
                    .build()
        };
        AccountId team = account(name + "team", limits);
        return List.of(
                team,
                account(name + "a", team, limits),
                account(
                        name + "b",
                        team,
                        limit("x", 1_000_000, DAILY).onExpiry(OnExpiry.HOLD).build()));
    }

    private void endAllHolds() {
        clock.advance(TIME_TO_LIVE);
        while (admin.sweep(100).expired() > 0) {
            clock.advance(MICROSECOND);
        }
    }

    private List<Report> reports() {
        List<Report> reports = new ArrayList<>();
        for (Grouping grouping : List.of(
                Grouping.account(),
                Grouping.origin(),
                Grouping.model(),
                Grouping.hour(KOLKATA),
                Grouping.day(KOLKATA))) {
            reports.add(ledger.reports().by(ReportQuery.ALL, grouping));
            reports.add(ledger.reports().by(ReportQuery.ofParents(1), grouping));
        }
        Instant from = NOON.plus(Duration.ofMinutes(45));
        reports.add(ledger.reports()
                .by(ReportQuery.ALL.reserved(from, from.plus(Duration.ofMinutes(15))), Grouping.account()));
        return reports;
    }

    private List<AccountId> everyAccount() {
        return admin.accounts(null, 1_000).stream().map(entry -> entry.id()).toList();
    }

    private List<String> allUsage() {
        return everyAccount().stream().map(this::usageOfAll).toList();
    }

    private void tagged(AccountId account, long tokens, String model) {
        ledger.charge(
                        RequestId.of("charge-"
                                + ledger.reports().totals(ReportQuery.ALL).requests()),
                        account,
                        tokens(tokens),
                        Tags.NONE.with("model", model))
                .orThrow();
    }

    /** Compacts all that may be, and returns the sums of what that did. */
    private Compacted compactAll(int max) {
        Instant horizon = clock.instant().minus(REMEMBERED);
        int read = 0;
        int merged = 0;
        Compacted.Point point = null;
        do {
            Compacted batch = admin.compact(horizon, point, max);
            assertThat(batch.read()).isLessThanOrEqualTo(max);
            read += batch.read();
            merged += batch.merged();
            point = batch.next();
        } while (point != null);
        return new Compacted(read, merged, null);
    }
}
