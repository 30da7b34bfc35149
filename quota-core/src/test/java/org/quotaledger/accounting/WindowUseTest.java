package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.window.QuotaWindow;

/** The window that a charge counts in. */
class WindowUseTest extends PlainLedger {

    @Test
    void aHoldCountsInTheWindowOfTheReserveOnly() {
        AccountId key = account("key", daily(10));
        clock.set(MIDNIGHT.minusSeconds(1));
        hold(key, 10);
        clock.set(MIDNIGHT);

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(reserve(key, 10).granted()).isTrue();
    }

    @Test
    void aDayOfTwentyThreeHoursAndOneOfTwentyFiveEndAtMidnightOfTheirZone() {
        ZoneId newYork = ZoneId.of("America/New_York");
        clock.set(Instant.parse("2026-03-08T05:00:00Z"));
        AccountId key =
                account("key", limit("daily", 10, QuotaWindow.daily(newYork)).build());
        spend(key, 10);

        assertThat(status(key, "daily").span().length()).isEqualTo(Duration.ofHours(23));
        clock.set(Instant.parse("2026-03-09T03:59:59.999999Z"));
        assertThat(reserve(key, 1).granted()).isFalse();
        clock.advance(MICROSECOND);
        assertThat(reserve(key, 10).granted()).isTrue();

        clock.set(Instant.parse("2026-11-01T04:00:00Z"));
        spend(key, 10);
        assertThat(status(key, "daily").span().length()).isEqualTo(Duration.ofHours(25));
        clock.set(Instant.parse("2026-11-02T04:59:59.999999Z"));
        assertThat(reserve(key, 1).granted()).isFalse();
        clock.advance(MICROSECOND);
        assertThat(reserve(key, 10).granted()).isTrue();
    }

    @Test
    void aBoundaryThatTheClocksSkipIsReadWithTheOffsetBefore() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        clock.set(Instant.parse("2026-03-28T12:00:00Z"));
        AccountId key = account(
                "key",
                limit("daily", 10, QuotaWindow.daily(berlin, LocalTime.of(2, 30)))
                        .build());
        spend(key, 10);

        // 02:30 does not exist on 29 March; it is read as 03:30 of the summer time.
        clock.set(Instant.parse("2026-03-29T01:29:59.999999Z"));
        assertThat(reserve(key, 1).granted()).isFalse();
        clock.advance(MICROSECOND);
        assertThat(reserve(key, 1).granted()).isTrue();
    }

    @Test
    void aRefusedRequestOpensNoWindow() {
        QuotaWindow fiveHours = QuotaWindow.sinceFirstUse(Duration.ofHours(5));
        AccountId key = account("key", limit("daily", 10, fiveHours).build());
        reserve(key, 11);
        clock.advance(Duration.ofHours(2));

        spend(key, 10);

        clock.advance(Duration.ofHours(4));
        assertThat(reserve(key, 1).granted()).isFalse();
    }

    @Test
    void aDirectChargeOpensAWindowSinceFirstUse() {
        QuotaWindow fiveHours = QuotaWindow.sinceFirstUse(Duration.ofHours(5));
        AccountId key = account("key", limit("daily", 10, fiveHours).build());

        ledger.charge(id("c"), key, tokens(3)).orThrow();
        clock.advance(Duration.ofHours(4));
        spend(key, 2);

        assertThat(usage(key)).isEqualTo("5 used, 0 held");
        assertThat(status(key, "daily").span().startInclusive()).isEqualTo(NOON);
    }

    @Test
    void aBudgetWithAStartAndAnEndCountsBetweenThem() {
        QuotaWindow hour = QuotaWindow.lifetime(NOON.plusSeconds(60), NOON.plusSeconds(3660));
        AccountId key = account("key", limit("daily", 10, hour).build());

        assertThat(reserve(key, 1).granted()).isFalse();
        clock.set(NOON.plusSeconds(60));
        Reservation hold = hold(key, 10, Duration.ofHours(2));
        clock.set(NOON.plusSeconds(3660));
        assertThat(reserve(key, 1).granted()).isFalse();
        assertThat(hold.settle(tokens(10)).done()).isTrue();
        ledger.charge(id("c"), key, tokens(3)).orThrow();

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
    }

    @Test
    void limitsOfOneAccountEachCountInTheirOwnWindow() {
        AccountId key = account("key", limit("hourly", 5, HOURLY).build(), daily(12));
        spend(key, 5);
        clock.advance(Duration.ofHours(1));
        spend(key, 5);

        assertThat(usageOfAll(key)).isEqualTo("key/hourly 5+0, key/daily 10+0");
        clock.advance(Duration.ofHours(1));
        assertThat(limitNames(refusal(reserve(key, 3)))).containsExactly("key/daily");
    }
}
