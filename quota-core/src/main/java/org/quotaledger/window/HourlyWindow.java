package org.quotaledger.window;

import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Objects;

/**
 * Physical hours that start at the top of the hour of the zone's wall clock.
 *
 * <p>An offset change of whole hours moves no top of the hour, so nothing is cut: the hour that comes twice in autumn is
 * two spans. Any other change (Lord Howe's 30 minutes, the seconds of local mean time) ends one span and starts another
 * at the change, and both can be shorter than an hour.
 *
 * @param zone the zone whose wall clock says when an hour starts
 */
record HourlyWindow(ZoneId zone) implements QuotaWindow {

    private static final int SECONDS_PER_HOUR = 3600;

    /** @throws NullPointerException if {@code zone} is null */
    HourlyWindow {
        Objects.requireNonNull(zone, "zone");
    }

    @Override
    public WindowSpan spanAt(Instant instant) {
        SupportedYears.check("instant", instant);
        ZoneRules rules = zone.getRules();
        long second = instant.getEpochSecond();
        long start = second - Math.floorMod(second + rules.getOffset(instant).getTotalSeconds(), SECONDS_PER_HOUR);
        long end = start + SECONDS_PER_HOUR;
        // The changes inside this one hour: none in all but a few hours of a year.
        ZoneOffsetTransition change = rules.nextTransition(Instant.ofEpochSecond(start));
        while (change != null && change.toEpochSecond() < end) {
            if (cuts(change)) {
                if (change.toEpochSecond() <= second) {
                    start = change.toEpochSecond();
                } else {
                    end = change.toEpochSecond();
                }
            }
            change = rules.nextTransition(change.getInstant());
        }
        return new WindowSpan(Instant.ofEpochSecond(start), Instant.ofEpochSecond(end));
    }

    private static boolean cuts(ZoneOffsetTransition change) {
        int seconds = change.getOffsetAfter().getTotalSeconds()
                - change.getOffsetBefore().getTotalSeconds();
        return seconds % SECONDS_PER_HOUR != 0;
    }

    @Override
    public String toString() {
        return "hourly " + zone.getId();
    }
}
