package org.quotaledger.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.amount.Total;
import org.quotaledger.json.ReportJson;
import org.quotaledger.memory.InMemoryQuotaStore;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Tags;
import org.quotaledger.reservation.UnbilledReason;
import org.quotaledger.window.QuotaWindow;

class LedgerReportsTest {

    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");

    private final QuotaLedger ledger = QuotaLedger.over(new InMemoryQuotaStore(Clock.fixed(NOON, ZoneOffset.UTC)));
    private final AccountId key =
            ledger.admin().createAccount(Account.builder("key").build()).id();

    private void charge(String id, long tokens, Tags tags) {
        ledger.charge(
                        RequestId.of(id),
                        key,
                        Charge.of(Amount.ofUnits(tokens, Meter.TOKENS), Amount.ofUnits(5_000_000, Meter.USD)),
                        tags)
                .orThrow();
    }

    private static Tags model(String model) {
        return Tags.NONE.with(Tags.MODEL, model);
    }

    private String csv(Report report) throws IOException {
        StringBuilder text = new StringBuilder();
        ReportCsv.write(report, text);
        return text.toString();
    }

    @Test
    void aReportAsCsvHasOneLineForEachOfItsOwnAndExactDecimals() throws IOException {
        charge("r1", 7, model("small"));
        charge("r2", 8, model("small"));
        ledger.refund(RequestId.of("f"), RequestId.of("r2"), Charge.of(Amount.ofUnits(3, Meter.TOKENS)))
                .orThrow();
        ledger.reserve(ReserveRequest.unbilled(key, UnbilledReason.PRICE_NOT_FOUND)
                        .tag(Tags.MODEL, "new")
                        .build())
                .orThrow();

        String csv = csv(ledger.reports().by(ReportQuery.ALL, Grouping.model()));

        assertThat(csv)
                .isEqualTo("model,requests,late,refunds,unbilled PRICE_NOT_FOUND,"
                        + "tokens used,tokens charged,tokens refunded,tokens excess,tokens late,"
                        + "usd used,usd charged,usd refunded,usd excess,usd late\r\n"
                        + "new,1,0,0,1,0,0,0,0,0,0.00000000,0.00000000,0.00000000,0.00000000,0.00000000\r\n"
                        + "small,2,0,1,0,12,15,3,0,0,0.10000000,0.10000000,0.00000000,0.00000000,0.00000000\r\n");
    }

    @Test
    void csvQuotesWhatNeedsItAndDisarmsFormulas() throws IOException {
        for (String name : List.of("=1+2", "+a", "-a", "@a", "a,b", "say \"hi\"", "plain")) {
            charge("r" + name, 1, model(name));
        }

        String csv = csv(ledger.reports().by(ReportQuery.ALL, Grouping.model()));

        assertThat(csv.lines().skip(1).map(line -> line.substring(0, line.indexOf(",1,0,0"))))
                .containsExactlyInAnyOrder("'=1+2", "'+a", "'-a", "'@a", "\"a,b\"", "\"say \"\"hi\"\"\"", "plain");
    }

    @Test
    void aReportAsJsonNamesItsGroupsAndWritesAmountsAsTexts() {
        charge("r1", 7, model("small"));

        String json = ReportJson.write(ledger.reports().by(ReportQuery.ALL, Grouping.model(), Grouping.account()));

        assertThat(json.replaceAll("\\s+", ""))
                .startsWith("{\"lines\":[{\"model\":\"small\",\"account\":\"key\",\"requests\":1,\"late\":0,"
                        + "\"refunds\":0,\"unbilled\":{},\"observed\":{},\"refused\":{},"
                        + "\"meters\":{\"tokens\":{\"used\":\"7\",\"charged\":\"7\",\"refunded\":\"0\","
                        + "\"excess\":\"0\",\"late\":\"0\"},\"usd\":{\"used\":\"0.05\",")
                .contains("\"totals\":{\"requests\":1,");
    }

    @Test
    void aZoneOffTheQuartersOfAnHourIsRefused() {
        assertThatThrownBy(() -> Grouping.hour(ZoneId.of("+05:37")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("+05:37");
        assertThat(Grouping.day(ZoneId.of("+05:45")).name()).isEqualTo("day");
    }

    @Test
    void metersOfOneNameAreToldApartByTheirScale() {
        Meter cents = new Meter("usd", 2);
        ledger.charge(RequestId.of("c"), key, Charge.of(Amount.ofUnits(5, cents)))
                .orThrow();
        charge("r", 1, Tags.NONE);

        ReportTotals totals = ledger.reports().totals(ReportQuery.ALL);

        assertThat(totals.nameOf(cents)).isEqualTo("usd@2");
        assertThat(totals.nameOf(Meter.USD)).isEqualTo("usd@8");
        assertThat(totals.nameOf(Meter.TOKENS)).isEqualTo("tokens");
    }

    @Test
    void aReportOfTooManyLinesIsRefusedAndItsPagesAreNot() {
        for (int i = 0; i <= LedgerReports.MAX_LINES; i++) {
            charge("r" + i, 1, model("m" + i));
        }
        LedgerReports reports = ledger.reports();

        assertThatThrownBy(() -> reports.by(ReportQuery.ALL, Grouping.model()))
                .isInstanceOf(ReportTooLargeException.class)
                .hasMessageContaining("10000")
                .hasMessageContaining("page by page");
        assertThat(reports.page(ReportQuery.ALL, null, 2, Grouping.model()).lines())
                .extracting(line -> line.groups().get(0).text())
                .containsExactly("m0", "m1");
        assertThat(reports.by(ReportQuery.ALL, Grouping.account()).lines()).hasSize(1);
    }

    @Test
    void aRangeOfTimeIsOfWholeQuartersOfAnHour() {
        assertThat(ReportQuery.ALL.reserved(NOON, NOON.plusSeconds(900)).reservedFrom())
                .isEqualTo(NOON);
        assertThatThrownBy(() -> ReportQuery.ALL.reserved(NOON.plusSeconds(60), NOON.plusSeconds(900)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reservedFrom is 2026-03-10T12:01:00Z");
        assertThatThrownBy(() -> ReportQuery.ALL.reserved(NOON, NOON.plusNanos(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reservedBefore");
    }

    @Test
    void aSumOfMoreThanALongHoldsIsExact() {
        charge("r1", Long.MAX_VALUE, Tags.NONE);
        AccountId other =
                ledger.admin().createAccount(Account.builder("other").build()).id();
        ledger.charge(RequestId.of("r2"), other, Charge.of(Amount.ofUnits(1, Meter.TOKENS)))
                .orThrow();

        BigInteger sum = BigInteger.valueOf(Long.MAX_VALUE).add(BigInteger.ONE);
        Report byAccount = ledger.reports().by(ReportQuery.ALL, Grouping.account());
        assertThat(byAccount.totals().used(Meter.TOKENS)).isEqualTo(new Total(sum, Meter.TOKENS));
        assertThat(byAccount.totals().used(Meter.TOKENS)).hasToString("9223372036854775808 tokens");
        assertThat(ledger.reports()
                        .totals(ReportQuery.of(other))
                        .used(Meter.TOKENS)
                        .toAmount())
                .isEqualTo(Amount.ofUnits(1, Meter.TOKENS));
    }

    @Test
    void windowsAreShownWithWhatIsLeftOfThem() {
        AccountId limited = ledger.admin()
                .createAccount(Account.builder("limited")
                        .override(QuotaLimit.builder(
                                        "daily", Amount.ofUnits(300, Meter.TOKENS), QuotaWindow.daily(ZoneOffset.UTC))
                                .build())
                        .build())
                .id();
        ledger.charge(RequestId.of("r"), limited, Charge.of(Amount.ofUnits(199, Meter.TOKENS)))
                .orThrow();
        ledger.reserve(limited, Charge.of(Amount.ofUnits(101, Meter.TOKENS))).orThrow();

        String json = ReportJson.write(ledger.usage(limited));

        assertThat(json.replaceAll("\\s+", ""))
                .isEqualTo("[{\"account\":\"limited\",\"limit\":\"daily\",\"meter\":\"tokens\","
                        + "\"window\":\"dailyZ00:00\",\"start\":\"2026-03-10T00:00:00Z\",\"amount\":\"300\","
                        + "\"used\":\"199\",\"held\":\"101\",\"remaining\":\"0\",\"percent\":\"66.33\","
                        + "\"status\":\"full\",\"nextReset\":\"2026-03-11T00:00:00Z\"}]");
    }
}
