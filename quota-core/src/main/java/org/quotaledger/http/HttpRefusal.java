package org.quotaledger.http;

import java.net.URI;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.json.PlainJson;
import org.quotaledger.reservation.LimitRefusal;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;

/**
 * A refusal as an HTTP answer.
 *
 * <pre>{@code
 * HttpRefusal answer = HttpRefusal.of(refusal, zone, HttpRefusal.language(request.header("Accept-Language")));
 * response.status(answer.status());
 * answer.headers().forEach(response::header);
 * response.header("Content-Type", HttpRefusal.PROBLEM_JSON);
 * response.body(answer.problemJson());
 * }</pre>
 *
 * <p>It is for the client that was refused. Nothing in it shows how much is used, held, asked for or allowed, nor which
 * account is at fault, and it is the same whatever those are; what it does show of a limit is its name, so do not put
 * there what a client must not see. Amounts are for logs: {@link Refusal#toString()}. Only
 * {@link Builder#showQuotas()} makes an exception, and only in one header.
 *
 * <p>Immutable and thread-safe.
 */
public final class HttpRefusal {

    /** The media type of {@link #problemJson()}: RFC 9457, 3. */
    public static final String PROBLEM_JSON = "application/problem+json";

    /** The media type of {@link #openAiJson()}. */
    public static final String JSON = "application/json";

    /** Of draft-ietf-httpapi-ratelimit-headers-11, 5.1, with the extension member {@code violated-policies}. */
    private static final String QUOTA_EXCEEDED = "https://iana.org/assignments/http-problem-types#quota-exceeded";

    /** RFC 9457, 4.2.1: a problem that the status says all about. */
    private static final String NO_TYPE = "about:blank";

    private final Refusal refusal;
    private final @Nullable RetryTime retry;
    private final Collection<LimitRefusal> limits;
    private final RefusalText text;
    private final String detail;
    private final @Nullable URI problemTypes;
    private final @Nullable URI instance;
    private final Map<String, String> headers;

    private HttpRefusal(Builder builder) {
        refusal = builder.refusal;
        Instant retryAt = refusal.retryAt();
        retry = retryAt == null ? null : new RetryTime(builder.answeredAt, retryAt);
        limits = RateLimitFields.named(refusal.limits());
        text = new RefusalText(builder.language);
        detail = text.detail(refusal, retry, builder.zone);
        problemTypes = builder.problemTypes;
        instance = builder.instance;
        headers = headers(builder);
    }

    /**
     * Returns the answer with every default.
     *
     * @param zone the zone in which the text says when to come back
     * @param language the language of the text; English for one that is not there
     */
    public static HttpRefusal of(Refusal refusal, ZoneId zone, Locale language) {
        return builder(refusal, zone, language).build();
    }

    /**
     * Returns a builder. Defaults: answered at the instant of the refusal, no quotas shown, the problem types of
     * {@link Builder#problemTypes}, no instance.
     *
     * @param zone the zone in which the text says when to come back
     * @param language the language of the text; English for one that is not there
     */
    public static Builder builder(Refusal refusal, ZoneId zone, Locale language) {
        return new Builder(refusal, zone, language);
    }

    /**
     * Returns the language that a client likes best among English and Chinese, English if it likes neither.
     *
     * @param acceptLanguage the value of its header {@code Accept-Language} (RFC 9110, 12.5.4), or null for none; one
     *     that is malformed counts as none
     */
    public static Locale language(@Nullable String acceptLanguage) {
        return RefusalText.accepted(acceptLanguage);
    }

    /**
     * Returns the status: 429 for a limit without room and for a suspended account, 403 for a disabled or expired one,
     * 401 for one that is not known.
     */
    public int status() {
        return switch (refusal.code()) {
            case QUOTA_EXHAUSTED, QUOTA_INSUFFICIENT, QUOTA_NEVER_FITS, ACCOUNT_SUSPENDED -> 429;
            case ACCOUNT_DISABLED, ACCOUNT_EXPIRED -> 403;
            case ACCOUNT_UNKNOWN -> 401;
        };
    }

    /**
     * Returns the headers by name, all but {@code Content-Type}, which depends on the body. Unmodifiable, each value on
     * one line of ASCII.
     *
     * <ul>
     *   <li>{@code Retry-After} (RFC 9110, 10.2.3): whole seconds, rounded up, 1 to 31,536,000 (365 days); absent where
     *       only a person can help.
     *   <li>{@code RateLimit} (draft-ietf-httpapi-ratelimit-headers-11): {@code "daily";r=0;t=3600} for each of the
     *       first ten limits that have no room or have suspended the account; {@code t} is bounded like
     *       {@code Retry-After} and absent where waiting does not help.
     *   <li>{@code RateLimit-Policy} (the same draft): only with {@link Builder#showQuotas()}.
     *   <li>{@code Content-Language}: the language of the texts.
     *   <li>{@code WWW-Authenticate: Bearer} with 401, which must have it (RFC 9110, 15.5.2).
     *   <li>{@code x-should-retry: false} with 429, where it takes more than a minute or a person: the clients of OpenAI
     *       and Anthropic heed it, and would otherwise send a refused request again at once, twice.
     * </ul>
     */
    public Map<String, String> headers() {
        return headers;
    }

    private Map<String, String> headers(Builder builder) {
        Map<String, String> all = new LinkedHashMap<>();
        if (retry != null) {
            all.put("Retry-After", Long.toString(retry.seconds()));
        }
        if (!limits.isEmpty()) {
            all.put("RateLimit", RateLimitFields.rateLimit(limits, builder.answeredAt));
            if (builder.showQuotas) {
                all.put("RateLimit-Policy", RateLimitFields.policy(limits));
            }
        }
        if (status() == 401) {
            all.put("WWW-Authenticate", "Bearer");
        }
        if (status() == 429 && !helpedByWaitingShortly()) {
            all.put("x-should-retry", "false");
        }
        all.put("Content-Language", text.language().toLanguageTag());
        return Collections.unmodifiableMap(all);
    }

    private boolean helpedByWaitingShortly() {
        return retry != null && retry.soon();
    }

    /**
     * Returns one or two sentences for a person: which kind of refusal, which limits, and about when to come back, or
     * that only a person can help. The same text as in the bodies.
     */
    public String text() {
        return detail;
    }

    /**
     * Returns the body of type {@link #PROBLEM_JSON}, to be sent as UTF-8: RFC 9457's {@code type}, {@code title},
     * {@code status}, {@code detail} and, if given, {@code instance}; then {@code code}, the stable text of
     * {@link RefusalCode}; {@code retryAt}, an instant in UTC rounded up to the second, absent where only a person can
     * help; and for limits {@code limits}, each with {@code name}, {@code code} and {@code retryAt}, and their names as
     * {@code violated-policies}, which the problem type asks for. A limit that has suspended an account has the
     * {@code window} too in which it did; an account that a person suspended has no limit.
     */
    public String problemJson() {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", problemType());
        problem.put("title", title());
        problem.put("status", status());
        problem.put("detail", detail);
        if (instance != null) {
            problem.put("instance", instance.toASCIIString());
        }
        problem.put("code", refusal.code().text());
        retryAt(problem, retry);
        if (!limits.isEmpty()) {
            problem.put("limits", limits.stream().map(this::members).toList());
            problem.put(
                    "violated-policies",
                    limits.stream().map(limit -> limit.limit().name()).toList());
        }
        return PlainJson.write(problem);
    }

    private Map<String, Object> members(LimitRefusal limit) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", limit.limit().name());
        members.put("code", limit.code().text());
        Instant retryAt = limit.retryAt();
        retryAt(members, retryAt == null ? null : new RetryTime(refusal.at(), retryAt));
        if (limit.code() == RefusalCode.ACCOUNT_SUSPENDED) {
            Map<String, String> window = new LinkedHashMap<>();
            window.put("start", limit.span().startInclusive().toString());
            window.put("end", limit.span().endExclusive().toString());
            members.put("window", window);
        }
        return members;
    }

    private static void retryAt(Map<String, Object> members, @Nullable RetryTime retry) {
        if (retry != null) {
            members.put("retryAt", retry.roundedUpTo(ChronoUnit.SECONDS).toString());
        }
    }

    private String problemType() {
        if (problemTypes != null) {
            return problemTypes.toASCIIString() + refusal.code().text();
        }
        return isOfQuota() ? QUOTA_EXCEEDED : NO_TYPE;
    }

    /** A title belongs to a type, RFC 9457, 3.1.3; that of no type is the status's own phrase. */
    private String title() {
        if (problemTypes != null) {
            return text.title(refusal.code());
        }
        if (isOfQuota()) {
            return text.titleOfQuotaExceeded();
        }
        return switch (status()) {
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            default -> "Too Many Requests";
        };
    }

    private boolean isOfQuota() {
        return switch (refusal.code()) {
            case QUOTA_EXHAUSTED, QUOTA_INSUFFICIENT, QUOTA_NEVER_FITS -> true;
            case ACCOUNT_UNKNOWN, ACCOUNT_DISABLED, ACCOUNT_SUSPENDED, ACCOUNT_EXPIRED -> false;
        };
    }

    /**
     * Returns the body of type {@link #JSON}, to be sent as UTF-8, in the shape of OpenAI's errors:
     * {@code {"error":{"message":…,"type":…,"param":null,"code":…}}}.
     *
     * <p>Its clients act on {@code type} and {@code code}, so they are OpenAI's own where it has any.
     *
     * <table>
     * <caption>Type and code</caption>
     * <tr><th>refusal</th><th>type</th><th>code</th></tr>
     * <tr><td>quota or suspension that is over within a minute</td><td>{@code rate_limit_error}</td>
     *     <td>{@code rate_limit_exceeded}: clients wait and retry</td></tr>
     * <tr><td>quota or suspension otherwise</td><td>{@code insufficient_quota}</td>
     *     <td>{@code insufficient_quota}: clients give up</td></tr>
     * <tr><td>account not known</td><td>{@code invalid_request_error}</td><td>{@code invalid_api_key}</td></tr>
     * <tr><td>account disabled, expired</td><td>{@code request_forbidden}</td>
     *     <td>{@code account_disabled}, {@code account_expired}</td></tr>
     * </table>
     */
    public String openAiJson() {
        Map<String, @Nullable Object> error = new LinkedHashMap<>();
        error.put("message", detail);
        error.put("type", openAiType());
        error.put("param", null);
        error.put("code", openAiCode());
        return PlainJson.write(Map.of("error", error));
    }

    private String openAiType() {
        return switch (status()) {
            case 401 -> "invalid_request_error";
            case 403 -> "request_forbidden";
            default -> helpedByWaitingShortly() ? "rate_limit_error" : "insufficient_quota";
        };
    }

    private String openAiCode() {
        return switch (status()) {
            case 401 -> "invalid_api_key";
            case 403 -> refusal.code().text();
            default -> helpedByWaitingShortly() ? "rate_limit_exceeded" : "insufficient_quota";
        };
    }

    /** Returns status and code, for logs. */
    @Override
    public String toString() {
        return status() + " " + refusal.code().text();
    }

    /** Builds the answer. Not thread-safe. */
    public static final class Builder {
        private final Refusal refusal;
        private final ZoneId zone;
        private final Locale language;
        private Instant answeredAt;
        private boolean showQuotas;
        private @Nullable URI problemTypes;
        private @Nullable URI instance;

        private Builder(Refusal refusal, ZoneId zone, Locale language) {
            this.refusal = Objects.requireNonNull(refusal, "refusal");
            this.zone = Objects.requireNonNull(zone, "zone");
            this.language = Objects.requireNonNull(language, "language");
            this.answeredAt = refusal.at();
        }

        /**
         * The instant of the answer, from which {@code Retry-After} counts; default {@link Refusal#at()}. For a refusal
         * that was kept and is answered later.
         */
        public Builder answeredAt(Instant value) {
            answeredAt = Objects.requireNonNull(value, "answeredAt");
            return this;
        }

        /**
         * Adds {@code RateLimit-Policy}, such as {@code "daily";q=1000;w=86400}, and so <b>shows clients the amounts of
         * the limits</b>, whole: the draft requires {@code q}. Default: they are not shown and the header is absent.
         *
         * <p>{@code q} counts the smallest unit of the limit's meter, at most 999,999,999,999,999; {@code qu} names it
         * ({@code qu="0.00000001 usd"}) unless it is {@code requests}. {@code w} is the length of the window's present
         * span in seconds, absent for a lifetime without a start or an end. What is used and held is never shown.
         */
        public Builder showQuotas() {
            showQuotas = true;
            return this;
        }

        /**
         * The base of the problems' type URIs, to which the refusal's code is appended:
         * {@code https://api.example/problems/} makes {@code https://api.example/problems/quota_exhausted}. Default: the
         * IETF draft's {@code https://iana.org/assignments/http-problem-types#quota-exceeded} where a limit has no room,
         * and {@code about:blank} where the account is at fault.
         */
        public Builder problemTypes(URI base) {
            problemTypes = Objects.requireNonNull(base, "problemTypes");
            return this;
        }

        /** The URI of this occurrence, such as that of a request's log; default none. */
        public Builder instance(URI value) {
            instance = Objects.requireNonNull(value, "instance");
            return this;
        }

        /** Returns the answer. */
        public HttpRefusal build() {
            return new HttpRefusal(this);
        }
    }
}
