package org.quotaledger.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountStatus;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.window.QuotaWindow;

class AccountTest {

    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant T1 = T0.plusSeconds(60);
    private static final Instant T2 = T0.plusSeconds(120);
    private static final QuotaLimit DAILY =
            QuotaLimit.of("daily", Amount.of(5, Meter.USD), QuotaWindow.daily(ZoneOffset.UTC));
    private static final QuotaLimit MONTHLY =
            QuotaLimit.of("monthly", Amount.of(200, Meter.USD), QuotaWindow.monthly(ZoneOffset.UTC));

    @Test
    void replacesThePolicysLimitOfTheSameNameAndAddsOthers() {
        QuotaLimit larger = DAILY.withAmount(Amount.of(9, Meter.USD));
        PolicyEntry policy = policy(T0, DAILY);

        assertThat(entry(T0, larger, MONTHLY).limits(policy))
                .extracting(LimitEntry::limit)
                .containsExactly(larger, MONTHLY);
    }

    @Test
    void countsOnWhereAnOverrideOnlyChangesTheAmount() {
        QuotaLimit larger = DAILY.withAmount(Amount.of(9, Meter.USD));

        assertThat(entry(T2, larger).limits(policy(T0, DAILY)))
                .extracting(LimitEntry::since)
                .containsExactly(T1);
    }

    @Test
    void countsAnewWhereAnOverrideChangesTheWindow() {
        QuotaLimit weekly = QuotaLimit.of("daily", Amount.of(5, Meter.USD), QuotaWindow.weekly(ZoneOffset.UTC));

        assertThat(entry(T2, weekly).limits(policy(T0, DAILY)))
                .extracting(LimitEntry::since)
                .containsExactly(T2);
    }

    @Test
    void isExpiredAfterItsLastInstantAndNotAtIt() {
        AccountEntry entry = new AccountEntry(
                Account.builder("key").expiresAt(T1).build(), 1, T0, null, null, T0, List.of(), Map.of());

        assertThat(entry.statusAt(T1)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(entry.statusAt(T1.plusNanos(1))).isEqualTo(AccountStatus.EXPIRED);
    }

    @Test
    void isSuspendedUntilTheInstantItEnds() {
        AccountEntry entry = new AccountEntry(
                Account.builder("key").build(), 1, T0, null, new Suspension(T0, T1, null), T0, List.of(), Map.of());

        assertThat(entry.statusAt(T1.minusNanos(1))).isEqualTo(AccountStatus.SUSPENDED);
        assertThat(entry.statusAt(T1)).isEqualTo(AccountStatus.ACTIVE);
    }

    @Test
    void hidesASuspensionBehindADisabling() {
        AccountEntry entry = new AccountEntry(
                Account.builder("key").disabled(true).build(),
                1,
                T0,
                null,
                new Suspension(T0, null, null),
                T0,
                List.of(),
                Map.of());

        assertThat(entry.statusAt(T1)).isEqualTo(AccountStatus.DISABLED);
    }

    @Test
    void refusesToBeItsOwnParentOrToNameALimitTwice() {
        assertThatThrownBy(() -> Account.builder("key").parent("key").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("parent");
        assertThatThrownBy(() ->
                        Account.builder("key").overrides(List.of(DAILY, DAILY)).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("account key names limit daily twice");
    }

    /** The account got its policy at T1; its own limits count since {@code since}. */
    private static AccountEntry entry(Instant since, QuotaLimit... overrides) {
        return new AccountEntry(
                Account.builder("key").policy("p").overrides(List.of(overrides)).build(),
                2,
                T0,
                null,
                null,
                T1,
                List.of(overrides).stream()
                        .map(limit -> new LimitEntry(limit, since))
                        .toList(),
                Map.of());
    }

    private static PolicyEntry policy(Instant since, QuotaLimit limit) {
        return new PolicyEntry(QuotaPolicy.of("p", limit), 1, since, List.of(new LimitEntry(limit, since)));
    }
}
