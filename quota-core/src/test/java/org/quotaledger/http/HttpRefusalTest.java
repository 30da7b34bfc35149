package org.quotaledger.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.quotaledger.http.Refusals.AT;
import static org.quotaledger.http.Refusals.SHANGHAI;
import static org.quotaledger.http.Refusals.limit;
import static org.quotaledger.reservation.RefusalCode.ACCOUNT_DISABLED;
import static org.quotaledger.reservation.RefusalCode.ACCOUNT_EXPIRED;
import static org.quotaledger.reservation.RefusalCode.ACCOUNT_SUSPENDED;
import static org.quotaledger.reservation.RefusalCode.ACCOUNT_UNKNOWN;
import static org.quotaledger.reservation.RefusalCode.QUOTA_EXHAUSTED;
import static org.quotaledger.reservation.RefusalCode.QUOTA_INSUFFICIENT;
import static org.quotaledger.reservation.RefusalCode.QUOTA_NEVER_FITS;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.LimitRefusal;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.window.QuotaWindow;

class HttpRefusalTest {

    /** Midnight in Shanghai. */
    private static final Instant MIDNIGHT = Instant.parse("2026-03-01T16:00:00Z");

    private static final Refusal EXHAUSTED =
            Refusals.of(QUOTA_EXHAUSTED, MIDNIGHT, limit("daily", QUOTA_EXHAUSTED, MIDNIGHT));

    @ParameterizedTest
    @CsvSource({
        "QUOTA_EXHAUSTED, 429",
        "QUOTA_INSUFFICIENT, 429",
        "QUOTA_NEVER_FITS, 429",
        "ACCOUNT_SUSPENDED, 429",
        "ACCOUNT_DISABLED, 403",
        "ACCOUNT_EXPIRED, 403",
        "ACCOUNT_UNKNOWN, 401"
    })
    void statusFollowsFromTheCode(RefusalCode code, int status) {
        HttpRefusal answer = english(Refusals.of(code, null));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(json(answer.problemJson()).get("status").intValue()).isEqualTo(status);
        assertThat(json(answer.problemJson()).get("code").textValue()).isEqualTo(code.text());
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 1",
        "-PT1H, 1",
        "PT0.000001S, 1",
        "PT1S, 1",
        "PT1.000001S, 2",
        "PT59.999999S, 60",
        "PT24H, 86400",
        "P365D, 31536000",
        "P3000D, 31536000"
    })
    void retryAfterIsWholeSecondsRoundedUpNeverZeroAndBounded(Duration wait, String seconds) {
        Instant retryAt = AT.plus(wait);

        HttpRefusal answer = english(Refusals.of(QUOTA_EXHAUSTED, retryAt, limit("daily", QUOTA_EXHAUSTED, retryAt)));

        assertThat(answer.headers())
                .containsEntry("Retry-After", seconds)
                .containsEntry("RateLimit", "\"daily\";r=0;t=" + seconds);
    }

    @ParameterizedTest
    @EnumSource
    void withoutRetryTimeThereIsNoRetryAfterAndAPersonIsNamed(RefusalCode code) {
        HttpRefusal answer = english(Refusals.of(code, null));

        assertThat(answer.headers()).doesNotContainKeys("Retry-After", "RateLimit");
        assertThat(answer.text()).endsWith("contact whoever runs this service.");
        assertThat(json(answer.problemJson()).has("retryAt")).isFalse();
    }

    @Test
    void aRefusalThatWasKeptCountsFromTheInstantOfItsAnswer() {
        HttpRefusal answer = HttpRefusal.builder(EXHAUSTED, SHANGHAI, Locale.ENGLISH)
                .answeredAt(MIDNIGHT.minusSeconds(90))
                .build();

        assertThat(answer.headers())
                .containsEntry("Retry-After", "90")
                .containsEntry("RateLimit", "\"daily\";r=0;t=90");
    }

    @Test
    void namesEachLimitOnceWithItsLongestWait() {
        Refusal refusal = Refusals.of(
                QUOTA_EXHAUSTED,
                null,
                limit("daily", QUOTA_EXHAUSTED, AT.plusSeconds(10)),
                limit("hourly", QUOTA_INSUFFICIENT, AT.plusSeconds(20)),
                limit("daily", QUOTA_INSUFFICIENT, AT.plusSeconds(30)),
                limit("once", QUOTA_NEVER_FITS, null),
                limit("once", QUOTA_EXHAUSTED, AT.plusSeconds(40)));

        HttpRefusal answer = english(refusal);

        assertThat(answer.headers())
                .containsEntry("RateLimit", "\"daily\";r=0;t=30, \"hourly\";r=0;t=20, \"once\";r=0")
                .doesNotContainKey("Retry-After");
        assertThat(json(answer.problemJson()).get("violated-policies"))
                .isEqualTo(json("[\"daily\",\"hourly\",\"once\"]"));
        assertThat(answer.text()).contains("(daily, hourly, once)");
    }

    @Test
    void boundsWhatHundredsOfLimitsTake() {
        LimitRefusal[] limits = IntStream.range(0, 400)
                .mapToObj(i -> limit("limit-" + i, QUOTA_EXHAUSTED, MIDNIGHT))
                .toArray(LimitRefusal[]::new);

        HttpRefusal answer = english(Refusals.of(QUOTA_EXHAUSTED, MIDNIGHT, limits));

        assertThat(answer.headers().get("RateLimit"))
                .startsWith("\"limit-0\";r=0")
                .endsWith("\"limit-9\";r=0;t=38850");
        assertThat(answer.text()).contains("(limit-0, limit-1, limit-2, …)");
        assertThat(json(answer.problemJson()).get("limits")).hasSize(400);
    }

    @Test
    void quotasAreShownOnlyOnRequestAndOnlyInTheirHeader() {
        Refusal refusal = Refusals.of(
                QUOTA_EXHAUSTED,
                MIDNIGHT,
                limit("daily", QUOTA_EXHAUSTED, MIDNIGHT),
                limit(
                        "burst",
                        QUOTA_EXHAUSTED,
                        MIDNIGHT,
                        QuotaWindow.rolling(Duration.ofMinutes(1)),
                        Amount.of(60, Meter.REQUESTS)),
                limit("words", QUOTA_EXHAUSTED, MIDNIGHT, QuotaWindow.lifetime(), Amount.of(70, Meter.TOKENS)),
                limit(
                        "all",
                        QUOTA_EXHAUSTED,
                        MIDNIGHT,
                        QuotaWindow.sinceFirstUse(Duration.ofHours(5)),
                        Amount.ofUnits(Long.MAX_VALUE / 2, Meter.TOKENS)));

        HttpRefusal silent = english(refusal);
        HttpRefusal open = HttpRefusal.builder(refusal, SHANGHAI, Locale.ENGLISH)
                .showQuotas()
                .build();

        assertThat(silent.headers()).doesNotContainKey("RateLimit-Policy");
        assertThat(open.headers())
                .containsEntry(
                        "RateLimit-Policy",
                        "\"daily\";q=500000000;qu=\"0.00000001 usd\";w=86400, \"burst\";q=60;w=60,"
                                + " \"words\";q=70;qu=\"tokens\", \"all\";q=999999999999999;qu=\"tokens\";w=18000");
        assertThat(open.problemJson()).isEqualTo(silent.problemJson());
        assertThat(open.openAiJson()).isEqualTo(silent.openAiJson());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PT30S | in about a minute",
                "PT60S | in about a minute",
                "PT61S | around 13:14 (UTC+8)",
                "PT47M30S | around 14:00 (UTC+8)",
                "PT47M30.000001S | around 14:01 (UTC+8)",
                "PT10H47M | on 2 March 2026 around 00:00 (UTC+8)",
                "PT10H47M30S | on 2 March 2026 around 00:00 (UTC+8)",
                "P400D | on 5 April 2027 around 13:13 (UTC+8)"
            })
    void saysWhenToComeBackRoundedUpToTheMinute(Duration wait, String when) {
        HttpRefusal answer = english(Refusals.of(ACCOUNT_SUSPENDED, AT.plus(wait)));

        assertThat(answer.text()).isEqualTo("The account is suspended. Please try again " + when + ".");
    }

    @Test
    void namesTheLimitThatSuspendedTheAccountAndItsSpan() {
        Instant midnight = Instant.parse("2026-03-01T16:00:00Z");
        HttpRefusal answer =
                english(Refusals.of(ACCOUNT_SUSPENDED, midnight, Refusals.limit("daily", ACCOUNT_SUSPENDED, midnight)));

        assertThat(answer.text())
                .isEqualTo("The account is suspended (daily). Please try again on 2 March 2026 around 00:00 (UTC+8).");
        assertThat(answer.headers()).containsEntry("RateLimit", "\"daily\";r=0;t=38850");
        assertThat(answer.problemJson())
                .contains("\"type\":\"about:blank\"")
                .contains("\"limits\":[{\"name\":\"daily\",\"code\":\"account_suspended\","
                        + "\"retryAt\":\"2026-03-01T16:00:00Z\",\"window\":{\"start\":\"2026-02-28T16:00:00Z\","
                        + "\"end\":\"2026-03-01T16:00:00Z\"}}]")
                .contains("\"violated-policies\":[\"daily\"]");
    }

    @Test
    void bodiesAreOneLineWithTheirMembersInOrder() {
        Instant midnight = Instant.parse("2026-03-01T16:00:00Z");
        HttpRefusal answer = HttpRefusal.builder(
                        Refusals.of(QUOTA_EXHAUSTED, midnight, Refusals.limit("daily", QUOTA_EXHAUSTED, midnight)),
                        Refusals.SHANGHAI,
                        Locale.CHINESE)
                .instance(URI.create("/requests/1"))
                .build();

        assertThat(answer.problemJson())
                .isEqualTo("{\"type\":\"https://iana.org/assignments/http-problem-types#quota-exceeded\","
                        + "\"title\":\"超出配额\",\"status\":429,\"detail\":\"" + answer.text() + "\","
                        + "\"instance\":\"/requests/1\",\"code\":\"quota_exhausted\","
                        + "\"retryAt\":\"2026-03-01T16:00:00Z\",\"limits\":[{\"name\":\"daily\","
                        + "\"code\":\"quota_exhausted\",\"retryAt\":\"2026-03-01T16:00:00Z\"}],"
                        + "\"violated-policies\":[\"daily\"]}");
        assertThat(answer.openAiJson())
                .isEqualTo("{\"error\":{\"message\":\"" + answer.text() + "\",\"type\":\"insufficient_quota\","
                        + "\"param\":null,\"code\":\"insufficient_quota\"}}");
    }

    @Test
    void namesNoLimitWhereAPersonSuspendedTheAccount() {
        HttpRefusal answer = english(Refusals.of(ACCOUNT_SUSPENDED, null));

        assertThat(answer.text()).startsWith("The account is suspended. ");
        assertThat(answer.headers()).doesNotContainKey("RateLimit");
        assertThat(answer.problemJson()).doesNotContain("limits");
    }

    @ParameterizedTest
    @CsvSource({
        "UTC, 07:00 (UTC)",
        "Europe/Berlin, 08:00 (UTC+1)",
        "Asia/Kolkata, 12:30 (UTC+5:30)",
        "America/St_Johns, 03:30 (UTC-3:30)",
        "-12:00, 19:00 (UTC-12)"
    })
    void saysItInTheZoneGiven(ZoneId zone, String time) {
        Refusal refusal = Refusals.of(ACCOUNT_SUSPENDED, Instant.parse("2026-03-01T07:00:00Z"));

        HttpRefusal answer = HttpRefusal.of(refusal, zone, Locale.ENGLISH);

        assertThat(answer.text()).contains(time);
    }

    @Test
    void saysItInChinese() {
        HttpRefusal today = HttpRefusal.of(
                Refusals.of(
                        QUOTA_INSUFFICIENT,
                        AT.plusSeconds(3600),
                        limit("daily", QUOTA_INSUFFICIENT, AT.plusSeconds(3600)),
                        limit("monthly", QUOTA_INSUFFICIENT, AT.plusSeconds(3600))),
                SHANGHAI,
                Locale.CHINA);
        HttpRefusal never = HttpRefusal.of(Refusals.of(ACCOUNT_EXPIRED, null), SHANGHAI, Locale.CHINA);

        assertThat(today.text()).isEqualTo("剩余配额不足以处理此请求（daily、monthly）。请在 14:13（UTC+8）左右重试。");
        assertThat(today.headers()).containsEntry("Content-Language", "zh");
        assertThat(json(today.problemJson()).get("title").textValue()).isEqualTo("超出配额");
        assertThat(never.text()).isEqualTo("账户已过期。等待无济于事，请联系服务管理员。");
    }

    @ParameterizedTest
    @EnumSource
    void everyLanguageHasEveryText(RefusalCode code) {
        URI own = URI.create("https://api.example/problems/");
        for (Locale language : new Locale[] {Locale.ENGLISH, Locale.CHINESE}) {
            HttpRefusal answer = HttpRefusal.builder(Refusals.of(code, null), ZoneOffset.UTC, language)
                    .problemTypes(own)
                    .build();

            assertThat(answer.text()).doesNotContain("{", "}", "''", "null");
            assertThat(json(answer.problemJson()).get("title").textValue()).isNotBlank();
            assertThat(json(answer.problemJson()).get("type").textValue())
                    .isEqualTo("https://api.example/problems/" + code.text());
        }
    }

    @Test
    void aLanguageThatIsNotThereIsEnglishWhateverTheJvmsDefaultIs() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.CHINA);

            HttpRefusal answer = HttpRefusal.of(EXHAUSTED, SHANGHAI, Locale.FRANCE);

            assertThat(answer.text()).startsWith("The quota is used up (daily).");
            assertThat(answer.headers()).containsEntry("Content-Language", "en");
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none | en",
                "'' | en",
                "zh | zh",
                "zh-CN,zh;q=0.9,en;q=0.8 | zh",
                "en-GB,zh;q=0.5 | en",
                "fr, zh-Hans-CN;q=0.3 | zh",
                "fr,* | en",
                "zh;q=0,en | en",
                "q=;;, | en",
                "zh;q=nonsense | en"
            })
    void picksTheLanguageThatTheClientLikesBest(@Nullable String acceptLanguage, String language) {
        assertThat(HttpRefusal.language(acceptLanguage).toLanguageTag()).isEqualTo(language);
    }

    @Test
    void aHugeAcceptLanguageIsNotLookedAt() {
        assertThat(HttpRefusal.language("zh,".repeat(100_000))).isEqualTo(Locale.ENGLISH);
    }

    @ParameterizedTest
    @CsvSource({
        "QUOTA_EXHAUSTED, PT60S, rate_limit_error, rate_limit_exceeded",
        "QUOTA_EXHAUSTED, PT61S, insufficient_quota, insufficient_quota",
        "QUOTA_INSUFFICIENT, , insufficient_quota, insufficient_quota",
        "QUOTA_NEVER_FITS, , insufficient_quota, insufficient_quota",
        "ACCOUNT_SUSPENDED, PT1S, rate_limit_error, rate_limit_exceeded",
        "ACCOUNT_SUSPENDED, , insufficient_quota, insufficient_quota",
        "ACCOUNT_DISABLED, , request_forbidden, account_disabled",
        "ACCOUNT_EXPIRED, , request_forbidden, account_expired",
        "ACCOUNT_UNKNOWN, , invalid_request_error, invalid_api_key"
    })
    void openAiClientsAreToldWhatTheyActOn(RefusalCode code, @Nullable Duration wait, String type, String openAiCode) {
        HttpRefusal answer = english(Refusals.of(code, wait == null ? null : AT.plus(wait)));

        JsonNode error = json(answer.openAiJson()).get("error");
        assertThat(error.get("type").textValue()).isEqualTo(type);
        assertThat(error.get("code").textValue()).isEqualTo(openAiCode);
        assertThat(error.get("param").isNull()).isTrue();
        assertThat(error.get("message").textValue()).isEqualTo(answer.text());
        assertThat(error).hasSize(4);
    }

    @Test
    void forbidsAutomaticRetriesOnlyWhereWaitingShortlyDoesNotHelp() {
        assertThat(english(Refusals.of(QUOTA_EXHAUSTED, AT.plusSeconds(60))).headers())
                .doesNotContainKey("x-should-retry");
        assertThat(english(EXHAUSTED).headers()).containsEntry("x-should-retry", "false");
        assertThat(english(Refusals.of(QUOTA_NEVER_FITS, null)).headers()).containsEntry("x-should-retry", "false");
        assertThat(english(Refusals.of(ACCOUNT_DISABLED, null)).headers()).doesNotContainKey("x-should-retry");
    }

    @Test
    void asksForCredentialsWhereTheAccountIsNotKnown() {
        assertThat(english(Refusals.of(ACCOUNT_UNKNOWN, null)).headers()).containsEntry("WWW-Authenticate", "Bearer");
        assertThat(english(Refusals.of(ACCOUNT_DISABLED, null)).headers()).doesNotContainKey("WWW-Authenticate");
    }

    @Test
    void aProblemOfTheAccountHasNoTypeButItsStatus() {
        JsonNode problem = json(english(Refusals.of(ACCOUNT_DISABLED, null)).problemJson());

        assertThat(problem)
                .isEqualTo(json("{\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403,"
                        + "\"detail\":\"The account is switched off. Waiting does not help:"
                        + " please contact whoever runs this service.\",\"code\":\"account_disabled\"}"));
    }

    @Test
    void aProblemNamesItsOccurrenceIfGiven() {
        HttpRefusal answer = HttpRefusal.builder(EXHAUSTED, SHANGHAI, Locale.ENGLISH)
                .instance(URI.create("/requests/é\"1".replace("\"", "%22")))
                .build();

        assertThat(json(answer.problemJson()).get("instance").textValue()).isEqualTo("/requests/%C3%A9%221");
    }

    @Test
    void retryAtIsRoundedUpToTheSecond() {
        Instant retryAt = AT.plusNanos(1_000);

        HttpRefusal answer = english(Refusals.of(QUOTA_EXHAUSTED, retryAt, limit("daily", QUOTA_EXHAUSTED, retryAt)));

        JsonNode problem = json(answer.problemJson());
        assertThat(problem.get("retryAt").textValue()).isEqualTo("2026-03-01T05:12:31Z");
        assertThat(problem.at("/limits/0/retryAt").textValue()).isEqualTo("2026-03-01T05:12:31Z");
    }

    @Test
    void headersAreUnmodifiableLinesOfAscii() {
        HttpRefusal answer = HttpRefusal.builder(EXHAUSTED, SHANGHAI, Locale.CHINA)
                .showQuotas()
                .build();

        assertThat(answer.headers().values()).allMatch(value -> value.matches("[ -~]+"));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> answer.headers().put("Retry-After", "0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"refusal", "zone", "language"})
    @SuppressWarnings("NullAway")
    void nullIsRefusedByName(String what) {
        assertThatExceptionOfType(NullPointerException.class)
                .isThrownBy(() -> HttpRefusal.of(
                        what.equals("refusal") ? null : EXHAUSTED,
                        what.equals("zone") ? null : SHANGHAI,
                        what.equals("language") ? null : Locale.ENGLISH))
                .withMessage(what);
    }

    private static HttpRefusal english(Refusal refusal) {
        return HttpRefusal.of(refusal, SHANGHAI, Locale.ENGLISH);
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }
}
