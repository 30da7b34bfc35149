package org.quotaledger.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.window.QuotaWindow;

class PolicyJsonTest {

    private static final QuotaLimit DAILY =
            QuotaLimit.of("daily", Amount.of(5, Meter.USD), QuotaWindow.parse("daily UTC"));

    @Test
    void whatIsLeftOutIsTheDefault() {
        QuotaPolicy policy = PolicyJson.read(limit("'amount': '5'"));

        assertThat(policy).isEqualTo(QuotaPolicy.of("p", DAILY));
        assertThat(policy.limits().get(0).thresholds()).isEqualTo(AlertThreshold.DEFAULTS);
    }

    @Test
    void everyFieldIsWrittenDefaultsToo() {
        QuotaLimit limit = QuotaLimit.builder("daily", Amount.of("0.5", Meter.USD), QuotaWindow.parse("daily UTC"))
                .alertAt(AlertThreshold.percent(80))
                .build();

        String json = PolicyJson.write(QuotaPolicy.of("p", limit));

        assertThat(json).isEqualTo("""
                {
                  "name": "p",
                  "limits": [
                    {
                      "name": "daily",
                      "meter": "usd",
                      "amount": "0.5",
                      "window": "daily UTC 00:00",
                      "boundary": "strict",
                      "chargeTime": "reserve",
                      "onExcess": "charge",
                      "onExpiry": "progress",
                      "onExhaustion": "refuse",
                      "alerts": [
                        {
                          "percent": 80,
                          "severity": "warning",
                          "recipients": [
                            "owner"
                          ]
                        }
                      ],
                      "alertDebounce": "PT1H"
                    }
                  ]
                }""");
    }

    @ParameterizedTest
    @CsvSource({
        "'\"0.05\"', 5000000",
        "0.05, 5000000",
        "5e-2, 5000000",
        "0.10000000, 10000000",
        "0.00000001, 1",
        "92233720368.54775807, 9223372036854775807",
        "'\"92233720368.54775807\"', 9223372036854775807",
        "5, 500000000",
        "0, 0"
    })
    void amountsAreExactInAStringAndAsANumber(String amount, long units) {
        QuotaPolicy policy = PolicyJson.read(limit("'amount': " + amount + ", 'alerts': []"));

        assertThat(policy.limits().get(0).amount()).isEqualTo(Amount.ofUnits(units, Meter.USD));
    }

    @Test
    void aFileIsRead(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("policy.json"), limit("'amount': '5'"));

        assertThat(PolicyJson.read(file)).isEqualTo(QuotaPolicy.of("p", DAILY));
    }

    @Test
    void theJvmsLanguageChangesNothing() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));

            QuotaPolicy policy = PolicyJson.read(
                    limit("'amount': '5', 'boundary': 'strict', 'alerts':" + " [{'percent': 80, 'severity': 'info'}]"));

            assertThat(PolicyJson.read(PolicyJson.write(policy))).isEqualTo(policy);
            assertThat(PolicyJson.write(policy)).contains("\"info\"", "\"strict\"");
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'name': '', 'limits': [] | name | policy name has 0 characters: expected 1 to 100",
                "'name': null, 'limits': [] | name | expected the policy's name, but was null",
                "'name': 5, 'limits': [] | name | but was the number 5",
                "'limits': [] | name | is missing",
                "'name': 'p', 'limits': {} | limits | expected an array of limits, but was an object",
                "'name': 'p', 'limits': [], 'Limits': [] | Limits | there is no such field: expected one of name, limits",
                "'name': 'p', 'limits': [], 'a b\\n': 1 | [\"a b?\"] | there is no such field",
                "'name': 'p', 'limits': ['x'] | limits[0] | but was the string \"x\"",
                "'name': 'p', 'limits': [null] | limits[0] | but was null"
            })
    void aWrongPolicyIsToldWithPathAndValue(String fields, String path, String problem) {
        refuses("{" + fields.replace('\'', '"') + "}", path, problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'amount': null | amount | expected a decimal such as \"0.05\", but was null",
                "'amount': true | amount | but was true",
                "'amount': '-1' | amount | amount is negative: \"-1\"",
                "'amount': -1 | amount | amount is negative: -1 usd",
                "'amount': '0.000000001' | amount | more than the 8 decimals of meter usd",
                "'amount': 0.000000001 | amount | more than the 8 decimals of meter usd",
                "'amount': 'NaN' | amount | amount is \"NaN\"",
                "'amount': '92233720368.54775808' | amount | larger than",
                "'amount': 92233720368.54775808 | amount | larger than",
                "'amount': 1e999999999 | amount | larger than 92233720368.54775807 usd",
                "'amount': 1e-999999999 | amount | more than the 8 decimals",
                "'amount': '5', 'window': 'daily Mars' | window | unknown zone \"Mars\"",
                "'amount': '5', 'window': 'sometimes' | window | window is \"sometimes\": expected hourly, daily,",
                "'amount': '5', 'window': 7 | window | expected a window such as",
                "'amount': '5', 'window': null | window | but was null",
                "'amount': '5', 'window': 'daily UTC 00:00:00.000000001' | window | expected boundaries on whole microseconds",
                "'amount': '5', 'window': {} | window.kind | is missing: expected one of \"hourly\"",
                "'amount': '5', 'window': {'kind': 'Daily', 'zone': 'UTC'} | window.kind | was the string \"Daily\"",
                "'amount': '5', 'window': {'kind': 'daily'} | window.zone | is missing: expected a zone",
                "'amount': '5', 'window': {'kind': 'daily', 'zone': 'UTC', 'day': 1} | window.day | expected one of kind, zone, at",
                "'amount': '5', 'window': {'kind': 'daily', 'zone': 'UTC', 'at': '25:00'} | window.at | expected a local time such as",
                "'amount': '5', 'window': {'kind': 'weekly', 'zone': 'UTC', 'firstDay': 'MONDAY'} | window.firstDay | expected one of \"monday\"",
                "'amount': '5', 'window': {'kind': 'monthly', 'zone': 'UTC', 'day': 32} | window.day | day is 32: expected 1 to 31",
                "'amount': '5', 'window': {'kind': 'monthly', 'zone': 'UTC', 'day': 1.5} | window.day | but was the number 1.5",
                "'amount': '5', 'window': {'kind': 'every', 'length': 'PT0.5S', 'from': '2026-01-01T00:00:00Z'} | window.length | length is PT0.5S",
                "'amount': '5', 'window': {'kind': 'every', 'length': 'PT1H', 'from': '2026-01-01'} | window.from | expected an instant such as",
                "'amount': '5', 'window': {'kind': 'every', 'length': 'PT1H', 'from': '2026-01-01T00:00:00Z', 'zone': 'UTC'} | window.zone | there is no such field",
                "'amount': '5', 'window': {'kind': 'every', 'length': 'P1M1D', 'from': '2026-01-01T00:00', 'zone': 'UTC'} | window.length | length is P1M1D",
                "'amount': '5', 'window': {'kind': 'every', 'length': 'P1M', 'from': '2026-01-01T00:00'} | window.zone | is missing",
                "'amount': '5', 'window': {'kind': 'rolling', 'length': 'PT1H', 'resolution': 'PT2H'} | window.resolution | resolution is PT2H",
                "'amount': '5', 'window': {'kind': 'rolling', 'length': 'soon'} | window.length | but was the string \"soon\"",
                "'amount': '5', 'window': {'kind': 'since-first-use', 'length': 'PT0S'} | window.length | length is PT0S",
                "'amount': '5', 'window': {'kind': 'lifetime', 'from': '2027-01-01T00:00:00Z', 'until': '2026-01-01T00:00:00Z'} | window | which is not before its end",
                "'amount': '5', 'boundary': 'Strict' | boundary | expected one of \"strict\", \"graceful\", but was the string \"Strict\"",
                "'amount': '5', 'boundary': null | boundary | but was null",
                "'amount': '5', 'chargeTime': 1 | chargeTime | expected one of \"reserve\", \"settle\"",
                "'amount': '5', 'onExcess': 'drop' | onExcess | expected one of \"charge\", \"cap\", \"refuse\"",
                "'amount': '5', 'onExpiry': [] | onExpiry | but was an array",
                "'amount': '5', 'alerts': null | alerts | expected an array of alerts, but was null",
                "'amount': '5', 'alerts': [80] | alerts[0] | but was the number 80",
                "'amount': '5', 'alerts': [{}] | alerts[0] | has neither percent nor amount",
                "'amount': '5', 'alerts': [{'percent': 1, 'amount': '1'}] | alerts[0] | has percent and amount",
                "'amount': '5', 'alerts': [{'percent': 0}] | alerts[0].percent | alert threshold is 0 %: expected 1 to 1000",
                "'amount': '5', 'alerts': [{'percent': 80.5}] | alerts[0].percent | but was the number 80.5",
                "'amount': '5', 'alerts': [{'percent': '80'}] | alerts[0].percent | but was the string \"80\"",
                "'amount': '5', 'alerts': [{'percent': 1000000000000}] | alerts[0].percent | but was the number 1000000000000",
                "'amount': '5', 'alerts': [{'amount': '0'}] | alerts[0].amount | expected more than zero",
                "'amount': '92233720368', 'alerts': [{'percent': 80}, {'percent': 1000}] | alerts[1].percent | expected a level below",
                "'amount': '5', 'alerts': [{'percent': 80}, {'percent': 80}] | alerts | alerts at 80% twice",
                "'amount': '5', 'alerts': [{'percent': 80, 'severity': 'fatal'}] | alerts[0].severity | expected one of \"info\"",
                "'amount': '5', 'alerts': [{'percent': 80, 'recipients': []}] | alerts[0].recipients | expected 1 to 20",
                "'amount': '5', 'alerts': [{'percent': 80, 'recipients': 'owner'}] | alerts[0].recipients | expected an array of names",
                "'amount': '5', 'alerts': [{'percent': 80, 'recipients': ['owner', 3]}] | alerts[0].recipients[1] | but was the number 3",
                "'amount': '5', 'alerts': [{'percent': 80, 'level': 1}] | alerts[0].level | there is no such field",
                "'amount': '5', 'alertDebounce': 'an hour' | alertDebounce | but was the string \"an hour\"",
                "'amount': '5', 'alertDebounce': 'PT169H' | alertDebounce | alert debounce of limit",
                "'amount': '5', 'alertDebounce': 3600 | alertDebounce | but was the number 3600",
                "'window': 'daily UTC' | amount | is missing: expected a decimal"
            })
    void aWrongLimitIsToldWithPathAndValue(String fields, String path, String problem) {
        refuses(limit(fields), "limits[0]." + path, problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'eur' | meter | expected \"usd\", \"tokens\", \"requests\" or {",
                "5 | meter | but was the number 5",
                "{'name': 'eur'} | meter.scale | is missing: expected a whole number, 0 to 12",
                "{'name': 'eur', 'scale': 13} | meter.scale | scale of meter eur is 13: expected 0 to 12",
                "{'name': 'eur', 'scale': '2'} | meter.scale | but was the string \"2\"",
                "{'name': 'Eur', 'scale': 2} | meter.name | meter name is \"Eur\"",
                "{'name': 'eur', 'scale': 2, 'unit': 1} | meter.unit | there is no such field"
            })
    void aWrongMeterIsToldWithPathAndValue(String meter, String path, String problem) {
        String json = "{'name': 'p', 'limits': [{'name': 'l', 'amount': '1', 'window': 'daily UTC', 'meter': " + meter
                + "}]}";

        refuses(json.replace('\'', '"'), "limits[0]." + path, problem);
    }

    @Test
    void theLimitAtFaultIsNamedByItsPlace() {
        String good = "{\"name\": \"a\", \"meter\": \"usd\", \"amount\": \"1\", \"window\": \"daily UTC\"}";

        refuses(
                "{\"name\": \"p\", \"limits\": [" + good + ", " + good.replace("daily", "dayly") + "]}",
                "limits[1].window",
                "window is \"dayly UTC\"");
        refuses(
                "{\"name\": \"p\", \"limits\": [" + good + ", " + good.replace("\"a\"", "\"-\"") + "]}",
                "limits[1].name",
                "limit name is \"-\"");
        refuses("{\"name\": \"p\", \"limits\": [" + good + ", " + good + "]}", "limits", "names limit a twice");
        refuses(
                "{\"name\": \"p\", \"limits\": [" + (good + ", ").repeat(50) + good + "]}",
                "limits",
                "has 51 limits: expected at most 50");
    }

    private static void refuses(String json, String path, String problem) {
        assertThatExceptionOfType(JsonFormatException.class)
                .isThrownBy(() -> PolicyJson.read(json))
                .withMessageStartingWith(path + ": ")
                .withMessageContaining(problem)
                .satisfies(e -> assertThat(e.path()).isEqualTo(path))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(1000));
    }

    /** Returns a policy of one limit with these fields beside name, meter and, unless given, window. */
    private static String limit(String fields) {
        String window = fields.contains("'window'") ? "" : "'window': 'daily UTC', ";
        return ("{'name': 'p', 'limits': [{'name': 'daily', 'meter': 'usd', " + window + fields + "}]}")
                .replace('\'', '"');
    }
}
