package org.quotaledger.window;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Objects;

/** Reads the short text form of a window; each window writes its own. */
final class WindowText {

    private static final String HOURLY = "hourly ZONE, such as: hourly UTC";
    private static final String DAILY = "daily ZONE [TIME], such as: daily Asia/Shanghai 09:00";
    private static final String WEEKLY = "weekly ZONE [FIRST-DAY [TIME]], such as: weekly Europe/Berlin MONDAY 00:00";
    private static final String MONTHLY = "monthly ZONE [DAY [TIME]], such as: monthly UTC 31 00:00";
    private static final String EVERY =
            "every DURATION from INSTANT or every PERIOD from LOCAL-DATE-TIME ZONE, such as: every PT5H from"
                    + " 2026-01-01T00:00:00Z or every P1M from 2026-01-31T10:00 Europe/Berlin";
    private static final String ROLLING = "rolling DURATION [by DURATION], such as: rolling PT1H by PT1M";
    private static final String SINCE_FIRST_USE = "since-first-use DURATION, such as: since-first-use PT5H";
    private static final String LIFETIME =
            "lifetime [from INSTANT] [until INSTANT], such as: lifetime until 2026-12-31T00:00:00Z";
    private static final String KINDS =
            "hourly, daily, weekly, monthly, every, rolling, since-first-use or lifetime as the first word";

    private WindowText() {}

    static QuotaWindow parse(String text) {
        Objects.requireNonNull(text, "text");
        if (text.length() > QuotaWindow.MAX_TEXT) {
            throw new IllegalArgumentException("window text has " + text.length() + " characters, more than the "
                    + QuotaWindow.MAX_TEXT + " allowed: \"" + text.substring(0, 20) + "…\"");
        }
        String[] words = text.split(" ", -1);
        return switch (words[0]) {
            case "hourly" -> read(text, words, HOURLY, WindowText::hourly);
            case "daily" -> read(text, words, DAILY, WindowText::daily);
            case "weekly" -> read(text, words, WEEKLY, WindowText::weekly);
            case "monthly" -> read(text, words, MONTHLY, WindowText::monthly);
            case "every" -> read(text, words, EVERY, WindowText::every);
            case "rolling" -> read(text, words, ROLLING, WindowText::rolling);
            case "since-first-use" -> read(text, words, SINCE_FIRST_USE, WindowText::sinceFirstUse);
            case "lifetime" -> read(text, words, LIFETIME, WindowText::lifetime);
            default -> throw new IllegalArgumentException("window is \"" + text + "\": expected " + KINDS);
        };
    }

    private interface Form {
        QuotaWindow read(String[] words);
    }

    private static QuotaWindow read(String text, String[] words, String allowed, Form form) {
        try {
            return form.read(words);
        } catch (DateTimeException | IllegalArgumentException why) {
            throw new IllegalArgumentException(
                    "window is \"" + text + "\": " + why.getMessage() + "; expected " + allowed, why);
        }
    }

    private static QuotaWindow hourly(String[] words) {
        count(words, 2, 2);
        return QuotaWindow.hourly(zone(words[1]));
    }

    private static QuotaWindow daily(String[] words) {
        count(words, 2, 3);
        return QuotaWindow.daily(zone(words[1]), time(words, 2));
    }

    private static QuotaWindow weekly(String[] words) {
        count(words, 2, 4);
        DayOfWeek first = words.length > 2 ? DayOfWeek.valueOf(words[2].toUpperCase(Locale.ROOT)) : DayOfWeek.MONDAY;
        return QuotaWindow.weekly(zone(words[1]), first, time(words, 3));
    }

    private static QuotaWindow monthly(String[] words) {
        count(words, 2, 4);
        int day = words.length > 2 ? Integer.parseInt(words[2]) : 1;
        return QuotaWindow.monthly(zone(words[1]), day, time(words, 3));
    }

    private static QuotaWindow every(String[] words) {
        count(words, 4, 5);
        keyword(words, 2, "from");
        // Only a duration has a T; a period of months or days cannot have one.
        if (words[1].toUpperCase(Locale.ROOT).contains("T")) {
            count(words, 4, 4);
            return QuotaWindow.custom(Duration.parse(words[1]), Instant.parse(words[3]));
        }
        count(words, 5, 5);
        return QuotaWindow.custom(Period.parse(words[1]), LocalDateTime.parse(words[3]), zone(words[4]));
    }

    private static QuotaWindow rolling(String[] words) {
        Duration length = Duration.parse(word(words, 1));
        if (words.length == 2) {
            return QuotaWindow.rolling(length);
        }
        count(words, 4, 4);
        keyword(words, 2, "by");
        return QuotaWindow.rolling(length, Duration.parse(words[3]));
    }

    private static QuotaWindow sinceFirstUse(String[] words) {
        count(words, 2, 2);
        return QuotaWindow.sinceFirstUse(Duration.parse(words[1]));
    }

    private static QuotaWindow lifetime(String[] words) {
        Instant start = WindowSpan.EARLIEST;
        Instant end = WindowSpan.LATEST;
        int next = 1;
        if (next < words.length && words[next].equals("from")) {
            start = Instant.parse(word(words, next + 1));
            next += 2;
        }
        if (next < words.length) {
            keyword(words, next, "until");
            end = Instant.parse(word(words, next + 1));
            next += 2;
        }
        count(words, next, next);
        return QuotaWindow.lifetime(start, end);
    }

    private static ZoneId zone(String word) {
        try {
            return ZoneId.of(word);
        } catch (DateTimeException unknown) {
            throw new IllegalArgumentException("unknown zone \"" + word + "\"", unknown);
        }
    }

    private static LocalTime time(String[] words, int index) {
        return index < words.length ? LocalTime.parse(words[index]) : LocalTime.MIDNIGHT;
    }

    private static String word(String[] words, int index) {
        if (index >= words.length) {
            throw new IllegalArgumentException("has too few words");
        }
        return words[index];
    }

    private static void keyword(String[] words, int index, String keyword) {
        if (!words[index].equals(keyword)) {
            throw new IllegalArgumentException("has \"" + words[index] + "\" in the place of \"" + keyword + "\"");
        }
    }

    private static void count(String[] words, int least, int most) {
        if (words.length < least || words.length > most) {
            throw new IllegalArgumentException(words.length < least ? "has too few words" : "has too many words");
        }
    }
}
