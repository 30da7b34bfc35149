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
import org.jspecify.annotations.Nullable;
import org.quotaledger.reservation.LimitRefusal;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;

/**
 * What a client is told in its language: which kind of refusal, which limits, and about when to come back.
 *
 * <p>{@link RefusalLanguages} tells how to add a language.
 */
final class RefusalText {

    /** Longer headers are not looked at: no honest client has so many languages. */
    private static final int MAX_ACCEPT_LANGUAGE = 1000;

    private static final int MAX_NAMES = 3;

    private final Locale language;

    RefusalText(Locale asked) {
        language = RefusalLanguages.FOUND.nearest(asked);
    }

    /** Returns the language that a client likes best among those there are. */
    static Locale accepted(@Nullable String acceptLanguage) {
        if (acceptLanguage == null || acceptLanguage.isBlank() || acceptLanguage.length() > MAX_ACCEPT_LANGUAGE) {
            return Locale.ENGLISH;
        }
        try {
            Locale best = Locale.lookup(Locale.LanguageRange.parse(acceptLanguage), RefusalLanguages.FOUND.locales());
            return best == null ? Locale.ENGLISH : best;
        } catch (IllegalArgumentException malformed) {
            // What a client sends is no bug of the caller, and no reason to refuse it in another way.
            return Locale.ENGLISH;
        }
    }

    /** Returns the language that the text is in. */
    Locale language() {
        return language;
    }

    String titleOfQuotaExceeded() {
        return format("title.quota_exceeded");
    }

    String title(RefusalCode code) {
        return format("title." + code.text());
    }

    String detail(Refusal refusal, @Nullable RetryTime retry, ZoneId zone) {
        String why = format("detail." + refusal.code().text(), names(refusal.limits()));
        return why + format("between") + when(refusal.code(), retry, zone);
    }

    private String names(List<LimitRefusal> limits) {
        List<String> names =
                limits.stream().map(limit -> limit.limit().name()).distinct().toList();
        if (names.isEmpty()) {
            return "";
        }
        String separator = format("names.separator");
        String shown = String.join(separator, names.subList(0, Math.min(names.size(), MAX_NAMES)));
        return format("names", names.size() > MAX_NAMES ? shown + separator + "…" : shown);
    }

    private String when(RefusalCode code, @Nullable RetryTime retry, ZoneId zone) {
        if (retry == null) {
            return format(code == RefusalCode.QUOTA_NEVER_FITS ? "retry.smaller" : "retry.never");
        }
        if (retry.soon()) {
            return format("retry.soon");
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
        return DateTimeFormatter.ofPattern(text(key), language);
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

    private String text(String key) {
        return RefusalLanguages.FOUND.text(language, key);
    }

    private String format(String key, Object... values) {
        return new MessageFormat(text(key), language).format(values);
    }
}
