package org.quotaledger.jdbc;

import java.time.Duration;
import java.time.Instant;
import org.quotaledger.window.QuotaWindow;

/** Windows for tests that run on the database's clock. */
final class RealTime {

    /** A window with spans, none of which ends while a test runs: the end of a day can come between any two lines. */
    static final QuotaWindow DECADE = QuotaWindow.custom(Duration.ofDays(3_650), Instant.parse("2025-01-01T00:00:00Z"));

    private RealTime() {}
}
