package org.quotaledger.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.memory.InMemoryQuotaStore;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Tags;
import org.quotaledger.testkit.ManualClock;
import org.quotaledger.window.QuotaWindow;

class MonthlyReportTest {

    private static final AccountId TEAM = AccountId.of("team");

    /** The last hour of February in Shanghai, where March begins at 16:00 UTC. */
    private static final Instant LAST_HOUR = Instant.parse("2026-02-28T15:30:00Z");

    private final ManualClock clock = new ManualClock(LAST_HOUR);
    private final QuotaLedger ledger = QuotaLedger.over(new InMemoryQuotaStore(clock));
    private final MonthlyReport report = new MonthlyReport(ledger, ZoneId.of("Asia/Shanghai"));

    private void spend() {
        ledger.admin().createAccount(Account.builder(TEAM).build());
        for (String key : new String[] {"key-1", "key-2", "key-3"}) {
            ledger.admin()
                    .createAccount(Account.builder(key)
                            .parent(TEAM)
                            .override(QuotaLimit.builder(
                                            "daily", Amount.of(5, Meter.USD), QuotaWindow.daily(ZoneOffset.UTC))
                                    .build())
                            .build());
        }
        charge("r1", "key-1", "small", 1);
        charge("r2", "key-2", "large", 2);
        clock.advance(Duration.ofHours(1));
        charge("r3", "key-1", "large", 3);
        charge("r4", "key-3", "small", 1);
    }

    private void charge(String id, String key, String model, long usd) {
        ledger.charge(
                        RequestId.of(id),
                        AccountId.of(key),
                        Charge.of(Amount.of(usd, Meter.USD)),
                        Tags.NONE.with(Tags.MODEL, model))
                .orThrow();
    }

    @Test
    void aMonthIsThatOfTheOperatorsZone() {
        spend();

        assertThat(report.overview(LAST_HOUR).used(Meter.USD).toAmount()).isEqualTo(Amount.of(3, Meter.USD));
        assertThat(report.overview(clock.instant()).used(Meter.USD).toAmount()).isEqualTo(Amount.of(4, Meter.USD));
        assertThat(report.overview(clock.instant()).requests()).isEqualTo(2);
    }

    @Test
    void daysAndModelsAreOneCsv() throws IOException {
        spend();
        StringBuilder csv = new StringBuilder();

        report.daysAndModels(LAST_HOUR, csv);

        assertThat(csv.toString().lines()).hasSize(3);
        assertThat(csv.toString().lines().findFirst().orElseThrow()).startsWith("day,model,requests,");
        assertThat(csv).contains(",large,1,").contains(",small,1,");
    }

    @Test
    void theDearestKeyComesFirst() {
        spend();

        assertThat(report.dearestKeys(clock.instant(), 1)).contains("key-1").doesNotContain("key-3");
    }

    @Test
    void aTeamHasWhatItsKeysUsed() {
        spend();

        assertThat(report.teams(clock.instant()).lines()).singleElement().satisfies(line -> {
            assertThat(line.groups()).hasToString("[team]");
            assertThat(line.totals().used(Meter.USD).toAmount()).isEqualTo(Amount.of(4, Meter.USD));
        });
    }

    @Test
    void pagesHaveEveryKeyOnce() throws IOException {
        spend();
        StringBuilder lines = new StringBuilder();

        report.everyKey(clock.instant(), 1, lines);

        assertThat(lines.toString().lines())
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("[key-1] used 3"),
                        second -> assertThat(second).startsWith("[key-3] used 1"));
    }

    @Test
    void aKeysWindowIsShownWithWhatIsLeft() {
        spend();

        assertThat(report.windows(AccountId.of("key-1")).replaceAll("\\s+", ""))
                .contains("\"limit\":\"daily\"", "\"percent\":\"80.00\"", "\"nextReset\":\"2026-03-01T00:00:00Z\"");
    }

    @Test
    void thePageShowsThisCode() throws IOException {
        Path source = Path.of("src", "main", "java", "org", "quotaledger", "examples", "MonthlyReport.java");
        String code = Files.readString(source);
        String shown = code.substring(
                        code.indexOf("// doc-start") + "// doc-start".length(), code.indexOf("// doc-end"))
                .stripIndent()
                .strip();

        assertThat(Files.readString(Path.of("..", "docs", "reports.md"))).contains("```java\n" + shown + "\n```");
    }
}
