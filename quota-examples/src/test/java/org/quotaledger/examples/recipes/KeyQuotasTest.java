package org.quotaledger.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.LimitStatus;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.memory.InMemoryQuotaStore;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.testkit.ManualClock;

class KeyQuotasTest {

    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");

    private final ManualClock clock = new ManualClock(NOON);
    private final List<LedgerEvent> events = new ArrayList<>();
    private final QuotaLedger ledger = QuotaLedger.builder(new InMemoryQuotaStore(clock))
            .onEvent(events::add)
            .build();
    private final KeyQuotas quotas = new KeyQuotas(ledger);

    private AccountId key(String id) {
        if (ledger.admin().policy("plan").isEmpty()) {
            quotas.createPlan("plan", usd("10"), usd("20"), usd("50"));
            quotas.createGroup(
                    "group", usd("100"), usd("500"), usd("1000"), ZoneId.of("Asia/Shanghai"), LocalTime.of(8, 0));
        }
        return quotas.createKey(id, AccountId.of("group"), "plan", NOON);
    }

    private static Amount usd(String usd) {
        return Amount.of(usd, Meter.USD);
    }

    private boolean admits(AccountId key) {
        return ledger.check(key, Charge.of(Amount.ofUnits(1, Meter.USD))).admissible();
    }

    private LimitStatus limit(AccountId key, String name) {
        return ledger.usage(key).stream()
                .filter(status -> status.limit().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aKeyIsValidAtItsExpiryAndProlongedFromThereOrFromNow() {
        AccountId key = key("key");

        assertThat(admits(key)).isTrue();
        clock.advance(Duration.ofNanos(1_000));
        assertThat(admits(key)).isFalse();
        quotas.prolong(key, 7, clock.instant());
        quotas.prolong(key, 30, clock.instant());

        assertThat(ledger.admin().account(key).orElseThrow().account().expiresAt())
                .contains(clock.instant().plus(Duration.ofDays(37)));
        quotas.expireAt(key, null);
        clock.advance(Duration.ofDays(90));
        assertThat(admits(key)).isTrue();
    }

    @Test
    void raisingTheQuotaAboveWhatIsUsedOrToUnlimitedOrAResetLetsTheKeyIn() {
        AccountId key = key("key");
        quotas.expireAt(key, null);
        quotas.setQuota(key, usd("1"), usd("0.2"));
        quotas.settle(RequestId.of("a"), key, "1.25", "f").orThrow();
        assertThat(admits(key)).isFalse();

        quotas.setQuota(key, usd("1.25"), usd("0.2"));
        assertThat(admits(key)).isFalse();
        quotas.setQuota(key, usd("1.26"), usd("0.2"));
        assertThat(admits(key)).isTrue();
        quotas.setQuota(key, usd("1"), usd("0.2"));
        assertThat(admits(key)).isFalse();
        quotas.resetQuota(key);
        assertThat(admits(key)).isTrue();
        quotas.settle(RequestId.of("b"), key, "2", "f").orThrow();
        assertThat(admits(key)).isFalse();
        quotas.setQuota(key, usd("0"), usd("0"));
        assertThat(admits(key)).isTrue();
    }

    @Test
    void aWindowOpensWithTheFirstUseAndTheGroupsDayAtItsHour() {
        AccountId key = key("key");
        quotas.expireAt(key, null);
        clock.advance(Duration.ofMinutes(7));

        quotas.settle(RequestId.of("a"), key, "1", "f").orThrow();

        assertThat(limit(key, "5h").nextReset()).contains(NOON.plus(Duration.ofMinutes(5 * 60 + 7)));
        // Eight o'clock in Shanghai is midnight in UTC.
        assertThat(limit(key, "group-day").nextReset()).contains(Instant.parse("2026-03-11T00:00:00Z"));
    }

    @Test
    void aSettlementCountsOnceOnEveryCounterTheSameRoundedAmount() {
        AccountId key = key("key");
        quotas.setQuota(key, usd("5"), usd("1"));

        quotas.settle(RequestId.of("a"), key, "0.000000015", "fingerprint").orThrow();
        quotas.settle(RequestId.of("a"), key, "0.000000015", "fingerprint").orThrow();

        assertThat(ledger.usage(key))
                .hasSize(7)
                .allSatisfy(status -> assertThat(status.used().toPlainString()).isEqualTo("0.00000002"));
    }

    @Test
    void theSameRequestWithAnotherFingerprintIsAConflict() {
        AccountId key = key("key");
        quotas.settle(RequestId.of("a"), key, "1", "fingerprint").orThrow();

        Declined declined = quotas.settle(RequestId.of("a"), key, "1", "another")
                .fold(
                        done -> {
                            throw new AssertionError(done);
                        },
                        reason -> reason);

        assertThat(declined)
                .isInstanceOfSatisfying(
                        Declined.Conflict.class,
                        conflict -> assertThat(conflict.field()).isEqualTo("tags"));
        assertThat(limit(key, "5h").used()).isEqualTo(usd("1"));
    }

    @Test
    void anAlertComesOnceWhenWhatRemainsCrossesItsThreshold() {
        AccountId key = key("key");
        quotas.setQuota(key, usd("5"), usd("1"));

        quotas.settle(RequestId.of("a"), key, "3.99", "f").orThrow();
        assertThat(alerts(key)).isZero();
        quotas.settle(RequestId.of("b"), key, "0.01", "f").orThrow();
        quotas.settle(RequestId.of("c"), key, "0.5", "f").orThrow();

        assertThat(alerts(key)).isEqualTo(1);
    }

    private long alerts(AccountId key) {
        return events.stream()
                .filter(event -> event instanceof LedgerEvent.Alert alert
                        && alert.account().equals(key)
                        && alert.limit().equals("quota"))
                .count();
    }

    @Test
    void anExhaustedKeyIsStillToldItsUsage() {
        AccountId key = key("key");
        quotas.setQuota(key, usd("1"), usd("0.2"));
        quotas.settle(RequestId.of("a"), key, "1", "f").orThrow();

        assertThat(limit(key, "quota").exhausted()).isTrue();
    }
}
