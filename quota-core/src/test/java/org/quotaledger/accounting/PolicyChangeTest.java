package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.window.QuotaWindow;

/** Changed limits, and the usage that they count. */
class PolicyChangeTest extends MemoryLedger {

    private AccountId key = AccountId.of("key");

    @BeforeEach
    void oneAccountWithAPolicy() {
        admin.createPolicy(QuotaPolicy.of("standard", daily(10)));
        key = accountOf("key", "standard");
    }

    private void limits(QuotaLimit... limits) {
        admin.changePolicy("standard", before -> QuotaPolicy.of("standard", limits));
    }

    @Test
    void anAmountLoweredToWhatIsUsedExhaustsAtOnceAndRaisedAboveItAdmitsAgain() {
        spend(key, 6);

        limits(daily(6));
        assertThat(refusal(reserve(key, 1)).code()).isEqualTo(RefusalCode.QUOTA_EXHAUSTED);
        limits(daily(5));
        assertThat(refusal(reserve(key, 1)).code()).isEqualTo(RefusalCode.QUOTA_EXHAUSTED);
        limits(daily(7));
        assertThat(reserve(key, 1).granted()).isTrue();
    }

    @Test
    void aLimitOfAnotherMeterThatIsAddedCountsWhatWasChargedBefore() {
        ledger.reserve(key, tokensAndRequests(1, 1)).orThrow().settle(tokensAndRequests(1, 1));

        limits(
                daily(10),
                QuotaLimit.builder("requests", Amount.ofUnits(1, Meter.REQUESTS), DAILY)
                        .noAlerts()
                        .build());

        assertThat(limitNames(refusal(ledger.reserve(key, tokensAndRequests(1, 1)))))
                .containsExactly("key/requests");
    }

    @Test
    void aWindowThatIsChangedToOneSinceFirstUseOpensWithTheNextUse() {
        spend(key, 3);

        limits(limit("daily", 10, QuotaWindow.sinceFirstUse(Duration.ofHours(1)))
                .build());

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        clock.advance(Duration.ofMinutes(5));
        spend(key, 2);
        assertThat(status(key, "daily").span().startInclusive()).isEqualTo(clock.instant());
    }

    @Test
    void anOverrideWithAnotherWindowCountsWhatWasChargedInItAndSoDoesGoingBack() {
        spend(key, 6);

        admin.override(key, limit("daily", 100, MONTHLY).build());
        assertThat(usage(key)).isEqualTo("6 used, 0 held");
        spend(key, 10);
        admin.withoutOverride(key, "daily");

        assertThat(usage(key)).isEqualTo("16 used, 0 held");
    }

    @Test
    void anOpenHoldSettlesWhateverBecameOfItsLimits() {
        Reservation hold = hold(key, 5);
        limits(limit("daily", 2, HOURLY).build(), limit("total", 3, LIFETIME).build());

        hold.settle(tokens(5)).orThrow();

        assertThat(usageOfAll(key)).isEqualTo("key/daily 5+0, key/total 5+0");
    }

    @Test
    void aLimitThatIsTakenAwayAndPutBackCountsWhatWasChargedMeanwhileThoughTheClockWasSetBack() {
        spend(key, 4);
        clock.advance(Duration.ofMinutes(-1));

        limits();
        spend(key, 5);
        limits(daily(10));

        assertThat(usage(key)).isEqualTo("9 used, 0 held");
        assertThat(reserve(key, 2).granted()).isFalse();
    }

    @Test
    void anOverrideThatChangesWhenItChargesCountsByTheNewRuleThoughTheClockWasSetBack() {
        relimit(key, daily(10));
        Reservation hold = hold(key, 4);
        clock.set(MIDNIGHT.plusSeconds(60));
        hold.settle(tokens(4)).orThrow();
        clock.advance(Duration.ofSeconds(-30));

        relimit(key, limit("daily", 10, DAILY).chargeTime(ChargeTime.SETTLE).build());

        assertThat(usage(key)).isEqualTo("4 used, 0 held");
    }

    @Test
    void changesAreCountedEachAtItsOwnTimeThoughNoTimePasses() {
        for (QuotaWindow window : List.of(HOURLY, MONTHLY, DAILY, HOURLY, DAILY)) {
            spend(key, 1);
            limits();
            spend(key, 1);
            limits(limit("daily", 100, window).build());
        }

        assertThat(usage(key)).isEqualTo("10 used, 0 held");
    }
}
