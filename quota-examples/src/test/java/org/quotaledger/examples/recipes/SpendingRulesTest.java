package org.quotaledger.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.Tightened;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.memory.InMemoryQuotaStore;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.pricing.Cost;
import org.quotaledger.report.ReportQuery;
import org.quotaledger.reservation.Refused;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.UnbilledReason;
import org.quotaledger.testkit.ManualClock;
import org.quotaledger.window.QuotaWindow;

class SpendingRulesTest {

    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");

    private final ManualClock clock = new ManualClock(NOON);
    private final QuotaLedger ledger = QuotaLedger.over(new InMemoryQuotaStore(clock));
    private final SpendingRules rules = new SpendingRules(ledger);
    private final AccountId key = rules.createKey("key", "3", "10", 36, "5");

    private void spend(String id, String usd) {
        rules.record(RequestId.of(id), key, "m", new Cost.Priced(usd(usd), "m"));
    }

    private static Amount usd(String usd) {
        return Amount.of(usd, Meter.USD);
    }

    private String blockedBy() {
        return rules.check(key)
                .fold(
                        admissible -> "nothing",
                        refusal -> refusal.limits().stream()
                                .map(limit -> limit.limit().name())
                                .toList()
                                .toString());
    }

    @Test
    void aKeyIsBlockedOnceItsSpentReachesALimitAndNotBefore() {
        spend("a", "2.99999999");
        assertThat(blockedBy()).isEqualTo("nothing");

        spend("b", "0.00000001");

        assertThat(blockedBy()).isEqualTo("[day]");
    }

    @Test
    void anyRuleBlocksAndARollingOneTellsWhenItLetsIn() {
        spend("a", "2");
        clock.advance(Duration.ofHours(13));
        spend("b", "3");

        Refused refused = (Refused) rules.check(key);

        assertThat(blockedBy()).isEqualTo("[day, last-hours]");
        // A day begins at midnight; the 2 of noon are out of the 36 hours at the midnight after, at most a bucket
        // later.
        assertThat(refused.refusal().retry().orElseThrow())
                .isBetween(NOON.plus(Duration.ofHours(36)), NOON.plus(Duration.ofHours(37)));
    }

    @Test
    void whatCannotBeBilledPassesABlockedKeyAndIsRecordedWithItsReason() {
        spend("a", "20");

        rules.record(
                RequestId.of("b"), key, "m", new Cost.Unpriceable(UnbilledReason.PRICE_NOT_FOUND, "no price for m"));

        assertThat(rules.check(key).admissible()).isFalse();
        assertThat(ledger.reports().totals(ReportQuery.ALL).unbilled()).containsEntry("PRICE_NOT_FOUND", 1L);
    }

    @Test
    void aRowPricedAgainMovesSpentByTheDifferenceAndCountsNoRequest() {
        spend("a", "2");
        spend("b", "1");

        rules.priceLess(RequestId.of("a-again"), RequestId.of("a"), usd("2")).orThrow();
        rules.priceMore(RequestId.of("b-again"), key, usd("0.5")).orThrow();

        assertThat(ledger.usage(key))
                .allSatisfy(limit -> assertThat(limit.used()).isEqualTo(usd("1.5")));
        assertThat(ledger.reports().totals(ReportQuery.ALL).requests()).isEqualTo(2);
        assertThat(ledger.admin().audit()).isEmpty();
    }

    @Test
    void aRowPricedLessGivesBackToTheDayThatItCountedIn() {
        spend("a", "2");
        clock.advance(Duration.ofDays(1));
        spend("b", "1");

        rules.priceLess(RequestId.of("a-again"), RequestId.of("a"), usd("2")).orThrow();

        assertThat(ledger.usage(key).get(0).used()).isEqualTo(usd("1"));
        assertThat(ledger.admin().audit()).isEmpty();
    }

    @Test
    void aUserMayLowerARuleAndNeitherRaiseNorDropOne() {
        QuotaLimit day = SpendingRules.rule("day", "2", QuotaWindow.daily(ZoneOffset.UTC));
        QuotaLimit month = SpendingRules.rule("month", "11", QuotaWindow.monthly(ZoneOffset.UTC));

        assertThat(rules.tighten(key, List.of(day, month))).isInstanceOf(Tightened.Relaxed.class);
        List<QuotaLimit> kept =
                ledger.admin().account(key).orElseThrow().account().overrides();
        assertThat(rules.tighten(key, List.of(day, kept.get(1), kept.get(2)))).isInstanceOf(Tightened.Done.class);
        assertThat(ledger.usage(key).get(0).limit().amount()).isEqualTo(usd("2"));
    }

    @Test
    void theSameRowTwiceIsOneRow() {
        spend("a", "2");
        spend("a", "2");

        assertThat(ledger.reports().totals(ReportQuery.ALL).requests()).isEqualTo(1);
    }
}
