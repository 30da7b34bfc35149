package org.quotaledger.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.Documents;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.alert.Severity;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.window.QuotaWindow;

/** The examples of docs/json.md are read as it says. */
class JsonDocumentTest {

    private final String document = Documents.read("json.md");

    @Test
    void thePolicyIsReadAsItLooks() {
        Meter credits = new Meter("credits", 2);
        QuotaLimit daily = QuotaLimit.builder(
                        "daily", Amount.of(5, Meter.USD), QuotaWindow.parse("daily Asia/Shanghai 09:00"))
                .alertAt(
                        AlertThreshold.percent(80),
                        AlertThreshold.amount(
                                Amount.of("4.75", Meter.USD),
                                Severity.URGENT,
                                AlertThreshold.OWNER,
                                AlertThreshold.ADMIN))
                .alertDebounce(Duration.ofMinutes(30))
                .build();
        QuotaLimit monthly = QuotaLimit.builder(
                        "monthly-credits", Amount.of("2000.50", credits), QuotaWindow.parse("monthly Asia/Shanghai 31"))
                .graceful()
                .noAlerts()
                .build();

        QuotaPolicy policy = PolicyJson.read(Documents.example(document, "## A policy", "json"));

        assertThat(policy).isEqualTo(QuotaPolicy.of("standard", daily, monthly));
    }

    @Test
    void theAccountIsReadAsItLooks() {
        Account account = AccountJson.read(Documents.example(document, "## An account", "json"));

        assertThat(account.id()).hasToString("key-1");
        assertThat(account.parent().orElseThrow()).hasToString("team-a");
        assertThat(account.policy()).contains("standard");
        assertThat(account.overrides())
                .containsExactly(QuotaLimit.of(
                        "daily", Amount.of(20, Meter.USD), QuotaWindow.parse("daily Asia/Shanghai 09:00")));
        assertThat(account.disabled()).isFalse();
        assertThat(account.expiresAt().orElseThrow()).hasToString("2026-12-31T23:59:59Z");
    }

    @Test
    void bothFormsOfAWindowMeanTheSame() {
        List<List<String>> rows = Documents.rows(document, "### A window");

        assertThat(rows).hasSize(14);
        for (List<String> row : rows) {
            QuotaPolicy policy = PolicyJson.read("{\"name\": \"p\", \"limits\": [{\"name\": \"l\", \"meter\": \"usd\","
                    + " \"amount\": \"1\", \"window\": " + row.get(1) + "}]}");
            assertThat(policy.limits().get(0).window()).as(row.get(1)).isEqualTo(QuotaWindow.parse(row.get(0)));
        }
    }

    @Test
    void theErrorsAreThoseTold() {
        List<List<String>> rows = Documents.rows(document, "## Errors");

        assertThat(rows).hasSize(7);
        for (List<String> row : rows) {
            assertThatExceptionOfType(JsonFormatException.class)
                    .isThrownBy(() -> PolicyJson.read(row.get(0)))
                    .withMessage(row.get(1));
        }
    }
}
