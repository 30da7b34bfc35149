package org.quotaledger.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hourly UTC",
                "hourly Z",
                "hourly +05:45",
                "hourly -17:59:59",
                "hourly UTC+05:00",
                "daily Asia/Shanghai 09:00",
                "daily America/Argentina/ComodRivadavia 23:59:59.999999999",
                "weekly Europe/Berlin MONDAY 00:00",
                "weekly GMT0 SUNDAY 02:30:15",
                "monthly UTC 31 00:00",
                "every PT5H from 2026-01-01T00:00:00Z",
                "every PT1.000000001S from 0001-01-01T00:00:00.000000001Z",
                "every P1M from 2026-01-31T10:00 Europe/Berlin",
                "every P14D from 9999-12-31T23:59:59.999999999 Etc/GMT+12",
                "every P10Y from 2026-01-31T10:00 UTC",
                "rolling PT1H by PT1M",
                "rolling PT24H by PT24M",
                "since-first-use PT5H",
                "lifetime",
                "lifetime from 2026-01-01T00:00:00Z",
                "lifetime until 2026-01-01T00:00:00.000001Z",
                "lifetime from 2026-01-01T00:00:00Z until 2027-01-01T00:00:00Z",
            })
    void isWhatTheWindowWrites(String text) {
        QuotaWindow window = QuotaWindow.parse(text);

        assertThat(window).hasToString(text);
        assertThat(QuotaWindow.parse(window.toString())).isEqualTo(window).hasSameHashCodeAs(window);
    }

    @ParameterizedTest
    @CsvSource({
        "daily UTC, daily UTC 00:00",
        "daily UTC 09:00:00, daily UTC 09:00",
        "daily UTC+5, daily UTC+05:00 00:00",
        "weekly UTC, weekly UTC MONDAY 00:00",
        "weekly UTC sunday, weekly UTC SUNDAY 00:00",
        "monthly UTC, monthly UTC 1 00:00",
        "monthly UTC 15, monthly UTC 15 00:00",
        "every PT90M from 2026-01-01T00:00:00Z, every PT1H30M from 2026-01-01T00:00:00Z",
        "every P1DT1H from 2026-01-01T02:00:00+02:00, every PT25H from 2026-01-01T00:00:00Z",
        "every P2W from 2026-01-01T00:00:00 UTC, every P14D from 2026-01-01T00:00 UTC",
        "every P12M from 2026-01-01T00:00 UTC, every P1Y from 2026-01-01T00:00 UTC",
        "rolling PT60M, rolling PT1H by PT1M",
        "lifetime from 0001-01-01T00:00:00Z, lifetime",
        "lifetime until 9999-12-31T23:59:59.999999Z, lifetime",
    })
    void canLeaveOutOrWriteOtherwiseWhatTheWindowWritesInOneWay(String text, String canonical) {
        assertThat(QuotaWindow.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|as the first word",
                "' '|as the first word",
                "yearly UTC|hourly, daily, weekly, monthly",
                "Hourly UTC|as the first word",
                "' hourly UTC'|as the first word",
                "hourly|has too few words",
                "hourly UTC 00:00|has too many words",
                "'hourly UTC '|has too many words",
                "'hourly  UTC'|has too many words",
                "hourly Europe/Atlantis|unknown zone \"Europe/Atlantis\"",
                "hourly SYSTEM|unknown zone \"SYSTEM\"",
                "hourly PST|unknown zone \"PST\"",
                "hourly +19:00|unknown zone \"+19:00\"",
                "daily|has too few words",
                "daily UTC 00:00 x|has too many words",
                "weekly|has too few words",
                "weekly UTC MONDAY 00:00 x|has too many words",
                "daily UTC 25:00|25:00",
                "daily UTC 24:00|24:00",
                "daily UTC 9|daily ZONE [TIME]",
                "daily 09:00|unknown zone",
                "weekly UTC MO|weekly ZONE [FIRST-DAY [TIME]]",
                "weekly UTC 00:00|weekly ZONE [FIRST-DAY [TIME]]",
                "monthly UTC 32|day is 32: expected 1 to 31",
                "monthly UTC -1|day is -1: expected 1 to 31",
                "monthly UTC 99999999999|monthly ZONE [DAY [TIME]]",
                "monthly UTC 31 00:00 x|has too many words",
                "every PT5H|has too few words",
                "every PT5H at 2026-01-01T00:00:00Z|\"at\" in the place of \"from\"",
                "every PT5H from 2026-01-01T00:00|every DURATION from INSTANT",
                "every PT5H from 2026-01-01T00:00:00Z UTC|has too many words",
                "every PT0.1S from 2026-01-01T00:00:00Z|length is PT0.1S: expected PT1S to PT87672H (3653 days)",
                "every P1M from 2026-01-01T00:00|has too few words",
                "every P1M from 2026-01-01T00:00:00Z UTC|every PERIOD from LOCAL-DATE-TIME ZONE",
                "every P1M2D from 2026-01-01T00:00 UTC|length is P1M2D",
                "every P1M from 2026-02-30T00:00 UTC|2026-02-30T00:00",
                "every 5h from 2026-01-01T00:00:00Z|5h",
                "every P99999999999D from 2026-01-01T00:00 UTC|every DURATION",
                "every PT99999999999999999999S from 2026-01-01T00:00:00Z|every DURATION",
                "every P1M from +10000-01-01T00:00 UTC|anchor is +10000-01-01T00:00",
                "rolling|has too few words",
                "rolling PT1H by|has too few words",
                "rolling PT1H of PT1M|\"of\" in the place of \"by\"",
                "rolling PT1H by PT2H|resolution is PT2H: expected at most the length PT1H",
                "since-first-use|has too few words",
                "since-first-use P1M|since-first-use DURATION",
                "lifetime from|has too few words",
                "lifetime until 2026-01-01T00:00:00Z from 2025-01-01T00:00:00Z|has too many words",
                "lifetime from 2026-01-01T00:00:00Z until 2026-01-01T00:00:00Z|not before its end",
                "lifetime since 2026-01-01T00:00:00Z|\"since\" in the place of \"until\"",
            })
    void isRefusedWhenItIsNoneNamingTheTextAndWhatIsAllowed(String text, String allowed) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QuotaWindow.parse(text))
                .withMessageStartingWith("window is \"" + text + "\": ")
                .withMessageContaining("expected ")
                .withMessageContaining(allowed);
    }

    @Test
    void isRefusedUnreadWhenItIsTooLong() {
        String text = "daily " + "x".repeat(195);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> QuotaWindow.parse(text))
                .withMessageContaining("201 characters")
                .withMessageContaining("200 allowed");
    }

    @Test
    void isReadUpToTwoHundredCharacters() {
        String text = "since-first-use PT" + "0".repeat(180) + "5H";

        assertThat(text).hasSize(200);
        assertThat(QuotaWindow.parse(text)).isEqualTo(QuotaWindow.sinceFirstUse(Duration.ofHours(5)));
    }

    @Test
    void isShortEnoughAndRoundTripsForEveryZone() {
        for (String id : ZoneId.getAvailableZoneIds()) {
            QuotaWindow window = QuotaWindow.parse("every P3653D from 9999-12-31T23:59:59.999999999 " + id);

            assertThat(window.toString()).hasSizeLessThanOrEqualTo(QuotaWindow.MAX_TEXT);
            assertThat(QuotaWindow.parse(window.toString())).isEqualTo(window);
        }
    }

    @Test
    void tellsAnOffsetFromTheZoneOfTheSameOffset() {
        assertThat(QuotaWindow.hourly(ZoneOffset.UTC)).isNotEqualTo(QuotaWindow.hourly(ZoneId.of("UTC")));
    }
}
