package org.quotaledger.examples.properties;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;

/** Code of a host that computes a window a second time, for a dashboard. */
final class BillingMonth {

    private BillingMonth() {}

    // doc-start: billing
    /** Returns the first instant of the billing month, which starts on the given day, or on the last of a shorter month. */
    static Instant start(Instant now, int day) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        YearMonth month = YearMonth.from(today);
        LocalDate start = dayOf(month, day);
        if (start.isAfter(today)) {
            start = dayOf(month.minusMonths(1), day);
        }
        return start.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static LocalDate dayOf(YearMonth month, int day) {
        return month.atDay(Math.min(day, month.lengthOfMonth()));
    }
    // doc-end
}
