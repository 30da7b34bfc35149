package org.quotaledger.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/** Reads a window: its short text, or an object with a member for each part of the text. */
final class WindowJson {

    private static final String FORMS =
            "a window such as \"daily Asia/Shanghai 09:00\" or {\"kind\": \"daily\", \"zone\": \"Asia/Shanghai\", \"at\": \"09:00\"}";
    private static final String ZONE = "a zone such as \"Asia/Shanghai\"";
    private static final String TIME = "a local time such as \"09:00\"";
    private static final String DURATION = "a duration such as \"PT5H\"";
    private static final String INSTANT = "an instant such as \"2026-01-01T00:00:00Z\"";

    private WindowJson() {}

    static QuotaWindow read(String path, JsonNode value) {
        if (value.isTextual()) {
            String text = StrictObject.text(path, value, FORMS);
            return StrictObject.checked(path, () -> QuotaWindow.parse(text));
        }
        if (!value.isObject()) {
            throw StrictObject.wrong(path, FORMS, value);
        }
        String kind = value.path("kind").asText("");
        return switch (kind) {
            case "hourly" -> QuotaWindow.hourly(zone(members(path, value, "zone")));
            case "daily" -> daily(members(path, value, "zone", "at"));
            case "weekly" -> weekly(members(path, value, "zone", "firstDay", "at"));
            case "monthly" -> monthly(members(path, value, "zone", "day", "at"));
            case "every" -> every(path, value);
            case "rolling" -> rolling(path, members(path, value, "length", "resolution"));
            case "since-first-use" -> sinceFirstUse(members(path, value, "length"));
            case "lifetime" -> lifetime(path, members(path, value, "from", "until"));
            default ->
                throw new JsonFormatException(
                        StrictJson.path(path, "kind"),
                        (value.has("kind") ? "was " + StrictJson.describe(value.path("kind")) : "is missing")
                                + ": expected one of \"hourly\", \"daily\", \"weekly\", \"monthly\", \"every\","
                                + " \"rolling\", \"since-first-use\", \"lifetime\"");
        };
    }

    private static StrictObject members(String path, JsonNode value, String... known) {
        List<String> all = new ArrayList<>(List.of("kind"));
        all.addAll(List.of(known));
        return new StrictObject(path, value, all);
    }

    private static QuotaWindow daily(StrictObject window) {
        return QuotaWindow.daily(zone(window), at(window));
    }

    private static QuotaWindow weekly(StrictObject window) {
        return QuotaWindow.weekly(zone(window), window.word("firstDay", DayOfWeek.MONDAY), at(window));
    }

    private static QuotaWindow monthly(StrictObject window) {
        ZoneId zone = zone(window);
        int day = window.has("day") ? window.whole("day", "a whole number, 1 to 31") : 1;
        LocalTime at = at(window);
        return StrictObject.checked(window.at("day"), () -> QuotaWindow.monthly(zone, day, at));
    }

    private static QuotaWindow every(String path, JsonNode value) {
        String expected = "a duration such as \"PT5H\" or a period such as \"P1M\"";
        StrictObject all = members(path, value, "length", "from", "zone");
        String length = all.text("length", expected);
        // Only a duration has a T; a period of months or days cannot have one.
        if (length.toUpperCase(Locale.ROOT).contains("T")) {
            StrictObject window = members(path, value, "length", "from");
            Duration duration = window.parsed("length", expected, Duration::parse);
            Instant anchor = window.parsed("from", INSTANT, Instant::parse);
            StrictObject.checked(window.at("length"), () -> QuotaWindow.custom(duration, Instant.EPOCH));
            return StrictObject.checked(window.at("from"), () -> QuotaWindow.custom(duration, anchor));
        }
        Period period = all.parsed("length", expected, Period::parse);
        LocalDateTime anchor =
                all.parsed("from", "a local date and time such as \"2026-01-31T10:00\"", LocalDateTime::parse);
        ZoneId zone = zone(all);
        StrictObject.checked(all.at("length"), () -> QuotaWindow.custom(period, LocalDateTime.MIN.withYear(1), zone));
        return StrictObject.checked(all.at("from"), () -> QuotaWindow.custom(period, anchor, zone));
    }

    private static QuotaWindow rolling(String path, StrictObject window) {
        Duration length = window.parsed("length", DURATION, Duration::parse);
        QuotaWindow unlessGiven = StrictObject.checked(window.at("length"), () -> QuotaWindow.rolling(length));
        if (!window.has("resolution")) {
            return unlessGiven;
        }
        Duration resolution = window.parsed("resolution", DURATION, Duration::parse);
        return StrictObject.checked(StrictJson.path(path, "resolution"), () -> QuotaWindow.rolling(length, resolution));
    }

    private static QuotaWindow sinceFirstUse(StrictObject window) {
        Duration length = window.parsed("length", DURATION, Duration::parse);
        return StrictObject.checked(window.at("length"), () -> QuotaWindow.sinceFirstUse(length));
    }

    private static QuotaWindow lifetime(String path, StrictObject window) {
        Instant from = window.has("from") ? window.parsed("from", INSTANT, Instant::parse) : WindowSpan.EARLIEST;
        Instant until = window.has("until") ? window.parsed("until", INSTANT, Instant::parse) : WindowSpan.LATEST;
        return StrictObject.checked(path, () -> QuotaWindow.lifetime(from, until));
    }

    private static ZoneId zone(StrictObject window) {
        return window.parsed("zone", ZONE, ZoneId::of);
    }

    private static LocalTime at(StrictObject window) {
        return window.has("at") ? window.parsed("at", TIME, LocalTime::parse) : LocalTime.MIDNIGHT;
    }
}
