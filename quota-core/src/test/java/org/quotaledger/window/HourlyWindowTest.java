package org.quotaledger.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.quotaledger.window.Spans.span;
import static org.quotaledger.window.Spans.spanOf;

import org.junit.jupiter.api.Test;

class HourlyWindowTest {

    @Test
    void startsAtTheTopOfTheHourOfTheWallClock() {
        assertThat(spanOf("hourly UTC", "2026-08-19T09:59:59.999999999Z"))
                .isEqualTo(span("2026-08-19T09:00:00Z", "2026-08-19T10:00:00Z"));
        assertThat(spanOf("hourly Asia/Kathmandu", "2026-08-19T09:20:00Z"))
                .isEqualTo(span("2026-08-19T09:15:00Z", "2026-08-19T10:15:00Z"));
    }

    @Test
    void keepsTheTwoHoursApartThatReadTheSameInAutumn() {
        assertThat(spanOf("hourly America/New_York", "2026-11-01T05:30:00Z"))
                .isEqualTo(span("2026-11-01T05:00:00Z", "2026-11-01T06:00:00Z"));
        assertThat(spanOf("hourly America/New_York", "2026-11-01T06:30:00Z"))
                .isEqualTo(span("2026-11-01T06:00:00Z", "2026-11-01T07:00:00Z"));
    }

    @Test
    void cutsTheHourAtAChangeOfHalfAnHour() {
        // At 15:00Z Lord Howe's clocks go from 02:00 back to 01:30.
        assertThat(spanOf("hourly Australia/Lord_Howe", "2026-04-04T14:59:59.999999999Z"))
                .isEqualTo(span("2026-04-04T14:00:00Z", "2026-04-04T15:00:00Z"));
        assertThat(spanOf("hourly Australia/Lord_Howe", "2026-04-04T15:00:00Z"))
                .isEqualTo(span("2026-04-04T15:00:00Z", "2026-04-04T15:30:00Z"));
        assertThat(spanOf("hourly Australia/Lord_Howe", "2026-04-04T15:30:00Z"))
                .isEqualTo(span("2026-04-04T15:30:00Z", "2026-04-04T16:30:00Z"));
        // At 15:30Z they go from 02:00 on to 02:30.
        assertThat(spanOf("hourly Australia/Lord_Howe", "2026-10-03T15:30:00Z"))
                .isEqualTo(span("2026-10-03T15:30:00Z", "2026-10-03T16:00:00Z"));
    }

    @Test
    void cutsTheHourAtAChangeOfSecondsOnBothSides() {
        // Liberia's clocks went from -00:44:30 to UTC at 1972-01-07T00:44:30Z, when they read midnight.
        assertThat(spanOf("hourly Africa/Monrovia", "1972-01-07T00:44:29Z"))
                .isEqualTo(span("1972-01-06T23:44:30Z", "1972-01-07T00:44:30Z"));
        assertThat(spanOf("hourly Africa/Monrovia", "1972-01-07T00:44:30Z"))
                .isEqualTo(span("1972-01-07T00:44:30Z", "1972-01-07T01:00:00Z"));
        // New York's went from -04:56:02 to -05:00 at 1883-11-18T17:00:00Z.
        assertThat(spanOf("hourly America/New_York", "1883-11-18T16:59:59Z"))
                .isEqualTo(span("1883-11-18T16:56:02Z", "1883-11-18T17:00:00Z"));
        assertThat(spanOf("hourly America/New_York", "1883-11-18T17:00:00Z"))
                .isEqualTo(span("1883-11-18T17:00:00Z", "1883-11-18T18:00:00Z"));
    }

    @Test
    void hasAnHourForEveryFixedOffset() {
        assertThat(spanOf("hourly +18:00", "2026-01-01T00:30:00Z"))
                .isEqualTo(span("2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"));
        assertThat(spanOf("hourly -17:59:59", "2026-01-01T00:30:00Z"))
                .isEqualTo(span("2025-12-31T23:59:59Z", "2026-01-01T00:59:59Z"));
    }
}
