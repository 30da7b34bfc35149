package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.LimitRefusal;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.window.QuotaWindow;

/** The boundaries of limits, and the refusals that name them. */
class AdmissionTest extends PlainLedger {

    @Test
    void gracefulRefusesFromExactlyTheLimitOn() {
        AccountId key = account("key", limit("daily", 10, DAILY).graceful().build());
        Reservation hold = hold(key, 10);
        Admission whileHeld = reserve(key, 1);
        hold.settle(tokens(10)).orThrow();

        assertThat(refusal(whileHeld).code()).isEqualTo(RefusalCode.QUOTA_INSUFFICIENT);
        assertThat(refusal(reserve(key, 1)).code()).isEqualTo(RefusalCode.QUOTA_EXHAUSTED);
    }

    @Test
    void gracefulAdmitsMoreThanTheWholeLimitWhileThereIsAnythingLeft() {
        AccountId key = account("key", limit("daily", 10, DAILY).graceful().build());

        assertThat(reserve(key, 1000).granted()).isTrue();
    }

    @Test
    void exactlyReachingTheLimitExhaustsIt() {
        AccountId key = account("key", daily(10));
        spend(key, 10);

        assertThat(status(key, "daily").exhausted()).isTrue();
        assertThat(refusal(reserve(key, 1)).code()).isEqualTo(RefusalCode.QUOTA_EXHAUSTED);
    }

    @Test
    void refusingForLackOfRoomExhaustsNothing() {
        AccountId key = account("key", daily(10));
        spend(key, 4);

        Refusal refusal = refusal(reserve(key, 7));

        assertThat(refusal.code()).isEqualTo(RefusalCode.QUOTA_INSUFFICIENT);
        assertThat(status(key, "daily").exhausted()).isFalse();
        assertThat(usage(key)).isEqualTo("4 used, 0 held");
        assertThat(reserve(key, 6).granted()).isTrue();
    }

    @Test
    void holdsUpToTheLimitDoNotExhaustIt() {
        AccountId key = account("key", daily(10));
        hold(key, 10);

        assertThat(refusal(reserve(key, 1)).code()).isEqualTo(RefusalCode.QUOTA_INSUFFICIENT);
    }

    @Test
    void nothingIsAlwaysAdmitted() {
        AccountId key = account("key", daily(10));
        AccountId none = account("none", daily(0));
        AccountId over = account(
                "over",
                limit("daily", 10, QuotaWindow.lifetimeUntil(NOON.minusSeconds(1)))
                        .build());
        spend(key, 10);

        assertThat(reserve(key, 0).granted()).isTrue();
        assertThat(reserve(none, 0).granted()).isTrue();
        assertThat(reserve(over, 0).granted()).isTrue();
        assertThat(ledger.reserve(atMost(none, 0).build()).granted()).isTrue();
    }

    @Test
    void anAmountOfZeroRefusesEverythingForGood() {
        AccountId strict = account("strict", daily(0));
        AccountId graceful =
                account("graceful", limit("daily", 0, DAILY).graceful().build());

        for (AccountId key : List.of(strict, graceful)) {
            Refusal refusal = refusal(reserve(key, 1));
            assertThat(refusal.code()).isEqualTo(RefusalCode.QUOTA_NEVER_FITS);
            assertThat(refusal.retry()).isEmpty();
        }
    }

    @Test
    void moreThanTheWholeAmountNeverFits() {
        AccountId key = account("key", daily(10));

        Refusal refusal = refusal(reserve(key, 11));

        assertThat(refusal.code()).isEqualTo(RefusalCode.QUOTA_NEVER_FITS);
        assertThat(refusal.retry()).isEmpty();
        assertThat(onlyLimit(refusal).retry()).isEmpty();
    }

    @Test
    void aRefusalTellsTheGravestReasonAndTheNearestAccountThatHasIt() {
        AccountId team = account("team", daily(4));
        AccountId key = account("key", team, daily(10));
        hold(key, 4);

        Refusal refusal = refusal(reserve(key, 7));

        assertThat(refusal.code()).isEqualTo(RefusalCode.QUOTA_NEVER_FITS);
        assertThat(refusal.account()).isEqualTo(key);
        assertThat(refusal.cause()).isEqualTo(team);
        assertThat(refusal.limits())
                .extracting(LimitRefusal::code)
                .containsExactlyInAnyOrder(RefusalCode.QUOTA_INSUFFICIENT, RefusalCode.QUOTA_NEVER_FITS);
    }

    @Test
    void theNearestAccountIsNamedWhateverTheMeterOfItsLimit() {
        QuotaLimit requests = QuotaLimit.builder("requests", Amount.ofUnits(1, Meter.REQUESTS), DAILY)
                .noAlerts()
                .build();
        AccountId team = account("team", requests);
        AccountId key = account("key", team, daily(10));

        Refusal refusal = refusal(ledger.reserve(key, tokensAndRequests(11, 2)));

        assertThat(refusal.cause()).isEqualTo(key);
        assertThat(limitNames(refusal)).containsExactlyInAnyOrder("key/daily", "team/requests");
    }

    @Test
    void aRequestThatIsNotWellFormedIsAnErrorAndWritesNothing() {
        AccountId key = account("key", daily(10));

        assertThatThrownBy(() -> reserve(key, -1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> ledger.reserve(key, Charge.NONE)).hasMessageContaining("charge");
        assertThatThrownBy(() -> hold(key, 1, Duration.ofDays(2)))
                .hasMessageContaining("PT48H")
                .hasMessageContaining("PT24H");
        assertThatThrownBy(() -> hold(key, 1, Duration.ZERO)).hasMessageContaining("PT0S");

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(journal()).isEmpty();
    }
}
