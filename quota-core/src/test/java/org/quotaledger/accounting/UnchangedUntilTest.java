package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.Suspension;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/** What is decided on a state stands until the first instant at which the state means something else. */
class UnchangedUntilTest {

    private static final AccountId KEY = AccountId.of("key");
    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
    private static final Instant MIDNIGHT = Instant.parse("2026-03-11T00:00:00Z");
    private static final QuotaLimit DAY =
            QuotaLimit.of("day", Amount.of(100, Meter.TOKENS), QuotaWindow.daily(ZoneOffset.UTC));

    private static WorkingAccount state(
            @Nullable Instant expiresAt,
            @Nullable Suspension suspension,
            List<QuotaLimit> limits,
            List<Counter> counters) {
        Account account = Account.builder(KEY).expiresAt(expiresAt).build();
        return new WorkingAccount(
                new AccountEntry(account, 1, Instant.EPOCH, null, suspension, Instant.EPOCH, List.of(), Map.of()),
                limits.stream()
                        .map(limit -> new LimitEntry(limit, Instant.EPOCH))
                        .toList(),
                counters);
    }

    private static Counter row(WindowSpan span, @Nullable Instant earliestExpiry) {
        return new Counter(KEY, "day", DAY.window(), Meter.TOKENS, span, Counter.Values.of(5, 5, earliestExpiry, NOON));
    }

    @Test
    void isTheEndOfTimeWithoutAnythingThatEnds() {
        assertThat(state(null, null, List.of(), List.of()).unchangedUntil(NOON)).isEqualTo(WindowSpan.LATEST);
    }

    @Test
    void isTheEndOfTheSpanWhetherOrNotItIsUsed() {
        WindowSpan today = DAY.window().spanAt(NOON);

        assertThat(state(null, null, List.of(DAY), List.of()).unchangedUntil(NOON))
                .isEqualTo(MIDNIGHT);
        assertThat(state(null, null, List.of(DAY), List.of(row(today, null))).unchangedUntil(NOON))
                .isEqualTo(MIDNIGHT);
    }

    @Test
    void isTheStartOfALifetimeThatHasNotBegun() {
        Instant start = NOON.plusSeconds(60);
        QuotaLimit later =
                QuotaLimit.of("later", Amount.of(100, Meter.TOKENS), QuotaWindow.lifetime(start, WindowSpan.LATEST));

        assertThat(state(null, null, List.of(later), List.of()).unchangedUntil(NOON))
                .isEqualTo(start);
    }

    @Test
    void isTheExpiryOfAHoldButNotOneThatHasPassed() {
        WindowSpan today = DAY.window().spanAt(NOON);

        assertThat(state(null, null, List.of(DAY), List.of(row(today, NOON.plusSeconds(1))))
                        .unchangedUntil(NOON))
                .isEqualTo(NOON.plusSeconds(1));
        assertThat(state(null, null, List.of(DAY), List.of(row(today, NOON))).unchangedUntil(NOON))
                .isEqualTo(MIDNIGHT);
    }

    @Test
    void isAMomentAfterTheAccountsExpiryAtWhichItIsStillValid() {
        assertThat(state(NOON, null, List.of(), List.of()).unchangedUntil(NOON)).isEqualTo(NOON.plusNanos(1_000));
    }

    @Test
    void isTheEndOfASuspension() {
        Suspension suspension = new Suspension(NOON.minusSeconds(60), NOON.plusSeconds(60), null);

        assertThat(state(null, suspension, List.of(DAY), List.of()).unchangedUntil(NOON))
                .isEqualTo(NOON.plusSeconds(60));
    }
}
