package org.quotaledger.http;

import java.text.MessageFormat;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.quotaledger.reservation.LimitRefusal;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;

/**
 * What a client is told in its language: which kind of refusal, which limits, and about when to come back.
 *
 * <p>A language is a file {@code refusal_LANGUAGE.properties} beside this class, and a place in {@link #LANGUAGES}.
 */
final class RefusalText {

    /** The languages there are; the first one stands in for all others. */
    private static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.CHINESE);

    /** Longer headers are not looked at: no honest client has so many languages. */
    private static final int MAX_ACCEPT_LANGUAGE = 1000;

    private static final int MAX_NAMES = 3;

    private final Locale language;
    private final ResourceBundle texts;

    RefusalText(Locale asked) {
        language = LANGUAGES.stream()
                .filter(known -> known.getLanguage().equals(asked.getLanguage()))
                .findFirst()
                .orElse(LANGUAGES.get(0));
        // The language is one that is there: else the bundle of the JVM's default language would be taken.
        texts = ResourceBundle.getBundle("org.quotaledger.http.refusal", language);
    }

    /** Returns the language that a client likes best among those there are. */
    static Locale accepted(@Nullable String acceptLanguage) {
        if (acceptLanguage == null || acceptLanguage.isBlank() || acceptLanguage.length() > MAX_ACCEPT_LANGUAGE) {
            return LANGUAGES.get(0);
        }
        try {
            Locale best = Locale.lookup(Locale.LanguageRange.parse(acceptLanguage), LANGUAGES);
            return best == null ? LANGUAGES.get(0) : best;
        } catch (IllegalArgumentException malformed) {
            // What a client sends is no bug of the caller, and no reason to refuse it in another way.
            return LANGUAGES.get(0);
        }
    }

    /** Returns the language that the text is in. */
    Locale language() {
        return language;
    }

    String titleOfQuotaExceeded() {
        return texts.getString("title.quota_exceeded");
    }

    String title(RefusalCode code) {
        return texts.getString("title." + code.text());
    }

    String detail(Refusal refusal, @Nullable RetryTime retry, ZoneId zone) {
        String why = format("detail." + refusal.code().text(), names(refusal.limits()));
        return why + texts.getString("between") + when(refusal.code(), retry, zone);
    }

    private String names(List<LimitRefusal> limits) {
        List<String> names =
                limits.stream().map(limit -> limit.limit().name()).distinct().toList();
        if (names.isEmpty()) {
            return "";
        }
        String separator = texts.getString("names.separator");
        String shown = String.join(separator, names.subList(0, Math.min(names.size(), MAX_NAMES)));
        return format("names", names.size() > MAX_NAMES ? shown + separator + "…" : shown);
    }

    private String when(RefusalCode code, @Nullable RetryTime retry, ZoneId zone) {
        if (retry == null) {
            return texts.getString(code == RefusalCode.QUOTA_NEVER_FITS ? "retry.smaller" : "retry.never");
        }
        if (retry.soon()) {
            return texts.getString("retry.soon");
        }
        Instant instant = retry.roundedUpTo(ChronoUnit.MINUTES);
        ZonedDateTime local = instant.atZone(zone);
        LocalDate today = LocalDate.ofInstant(retry.from(), zone);
        String time = local.format(pattern("time"));
        String offset = offset(local.getOffset());
        return local.toLocalDate().equals(today)
                ? format("retry.today", time, offset)
                : format("retry.later", local.format(pattern("date")), time, offset);
    }

    private DateTimeFormatter pattern(String key) {
        return DateTimeFormatter.ofPattern(texts.getString(key), language);
    }

    /** Returns an offset as people write it: UTC, UTC+8, UTC-3:30. */
    private static String offset(ZoneOffset offset) {
        if (offset.getTotalSeconds() == 0) {
            return "UTC";
        }
        String id = offset.getId();
        String hours = id.substring(1, 3).replaceFirst("^0", "");
        String rest = id.substring(3);
        return "UTC" + id.charAt(0) + hours + (rest.equals(":00") ? "" : rest);
    }

    private String format(String key, Object... values) {
        return new MessageFormat(texts.getString(key), language).format(values);
    }
}
