package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.window.QuotaWindow;

/** When a limit is reached at the pace of its window so far. */
class ForecastTest {

    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
    private static final Instant MIDNIGHT = Instant.parse("2026-03-10T00:00:00Z");

    private static LimitStatus status(QuotaWindow window, long amount, long used) {
        return new LimitStatus(
                AccountId.of("key"),
                QuotaLimit.builder("limit", Amount.ofUnits(amount, Meter.TOKENS), window)
                        .noAlerts()
                        .build(),
                window.spanAt(NOON),
                Amount.ofUnits(used, Meter.TOKENS),
                Amount.zero(Meter.TOKENS));
    }

    private static Optional<Instant> daily(long amount, long used, Instant now) {
        return status(QuotaWindow.daily(ZoneOffset.UTC), amount, used).reachedAt(now);
    }

    @Test
    void isReachedWhenItGoesOnAsSinceTheWindowBegan() {
        assertThat(daily(100, 75, NOON)).contains(Instant.parse("2026-03-10T16:00:00Z"));
    }

    @Test
    void isNotReachedBeforeTheWindowEnds() {
        assertThat(daily(100, 50, NOON)).isEmpty();
        assertThat(daily(100, 51, NOON)).isPresent();
    }

    @Test
    void isReachedNowIfAllIsUsed() {
        assertThat(daily(100, 100, NOON)).contains(NOON);
        assertThat(daily(0, 0, NOON)).contains(NOON);
    }

    @Test
    void nothingIsSaidOfAPaceThatThereIsNot() {
        assertThat(daily(100, 0, NOON)).isEmpty();
        assertThat(daily(100, 50, MIDNIGHT)).isEmpty();
        assertThat(status(QuotaWindow.rolling(Duration.ofHours(1)), 100, 99).reachedAt(NOON))
                .isEmpty();
    }

    @Test
    void aLifetimeBudgetIsReachedAtThePaceSinceItCouldBeUsed() {
        LimitStatus budget = status(QuotaWindow.lifetime(), 100, 25);

        assertThat(budget.reachedAt(MIDNIGHT, NOON)).contains(Instant.parse("2026-03-12T00:00:00Z"));
        assertThat(budget.reachedAt(NOON)).contains(Instant.parse("8101-10-02T00:00:00Z"));
    }

    @Test
    void theLargestAmountsDoNotOverflow() {
        assertThat(daily(Long.MAX_VALUE, Long.MAX_VALUE - 1, NOON)).contains(NOON.plus(1, ChronoUnit.MICROS));
        assertThat(daily(Long.MAX_VALUE, 1, NOON)).isEmpty();
    }

    @Property
    void noMicrosecondEarlierIsItReached(
            @ForAll @LongRange(min = 1, max = 86_399_999_999L) long elapsed,
            @ForAll @LongRange(min = 1) long amount,
            @ForAll @LongRange(min = 1) long used) {
        Instant now = MIDNIGHT.plus(elapsed, ChronoUnit.MICROS);

        daily(amount, used, now).filter(at -> at.isAfter(now)).ifPresent(at -> {
            long micros = ChronoUnit.MICROS.between(MIDNIGHT, at);
            assertThat(paceTimes(used, micros)).isGreaterThanOrEqualTo(paceTimes(amount, elapsed));
            assertThat(paceTimes(used, micros - 1)).isLessThan(paceTimes(amount, elapsed));
        });
    }

    private static BigInteger paceTimes(long units, long micros) {
        return BigInteger.valueOf(units).multiply(BigInteger.valueOf(micros));
    }
}
