package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.AccountStatus;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.Suspension;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.window.QuotaWindow;

/** Suspensions by limits that are changed. */
class SuspensionEditTest extends MemoryLedger {

    private static final Instant ONE = Instant.parse("2026-03-10T13:00:00Z");

    @Test
    void aSuspensionByARollingLimitOfNothingEndsWhenNothingUsedCountsAnyMore() {
        AccountId key = account("key");
        ledger.charge(id("c"), key, tokens(4)).orThrow();
        clock.advance(Duration.ofMinutes(90));
        ledger.charge(id("nothing"), key, tokens(0)).orThrow();

        admin.override(key, suspending("rolling", 0, QuotaWindow.rolling(Duration.ofHours(2), Duration.ofMinutes(10))));

        clock.set(NOON.plus(Duration.ofMinutes(130)));
        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
    }

    @Test
    void aLifetimeBudgetThatWasPassedAdmitsAgainAboveWhatIsUsedOnly() {
        AccountId key = account("key", budget("1.00"));
        Reservation hold = ledger.reserve(key, usd("1.00")).orThrow();
        hold.settle(usd("1.25")).orThrow();

        assertThat(status(key, "budget").used()).isEqualTo(Amount.of("1.25", Meter.USD));
        assertThat(status(key, "budget").exhausted()).isTrue();
        admin.override(key, budget("1.25"));
        assertThat(status(key, "budget").exhausted()).isTrue();
        assertThat(refusal(ledger.reserve(key, usd("0.01"))).code()).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);
        assertThat(suspension(key)).isEqualTo(new Suspension(NOON, null, "budget"));
        admin.override(key, budget("1.26"));
        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(ledger.reserve(key, usd("0.01")).granted()).isTrue();
    }

    private static QuotaLimit budget(String usd) {
        return QuotaLimit.builder("budget", Amount.of(usd, Meter.USD), LIFETIME)
                .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                .noAlerts()
                .build();
    }

    private static Charge usd(String amount) {
        return Charge.of(Amount.of(amount, Meter.USD));
    }

    @Test
    void aPersonsSuspensionIsNotOverwrittenByAnExhaustion() {
        AccountId key = account("key", suspending(10));
        admin.suspend(key, ONE);

        ledger.charge(id("c"), key, tokens(10)).orThrow();
        admin.override(key, suspending(100));

        assertThat(suspension(key)).isEqualTo(new Suspension(NOON, ONE, null));
    }

    @Test
    void aLimitOfNothingSuspendsNobodyWhoUsesNothing() {
        AccountId key = account("key", suspending(0));

        spend(key, 0);
        admin.override(key, suspending(1));
        admin.override(key, suspending(0));

        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        ledger.charge(id("c"), key, tokens(1)).orThrow();
        assertThat(status(key)).isEqualTo(AccountStatus.SUSPENDED);
    }
}
