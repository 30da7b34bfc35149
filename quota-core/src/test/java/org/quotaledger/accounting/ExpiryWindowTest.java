package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.window.QuotaWindow;

/** The windows that an expiry opens. */
class ExpiryWindowTest extends PlainLedger {

    private static QuotaLimit atSettle(QuotaWindow window) {
        return limit("daily", 10, window).chargeTime(ChargeTime.SETTLE).build();
    }

    private Reservation startedHold(AccountId account) {
        Reservation hold = hold(account, 5, Duration.ofHours(1));
        hold.progress(tokens(6)).orThrow();
        return hold;
    }

    @Test
    void theRetryTimeKnowsWhichWindowSinceFirstUseTheExpiriesAheadWillOpen() {
        AccountId key = account("key", atSettle(QuotaWindow.sinceFirstUse(Duration.ofMinutes(30))));
        startedHold(key);
        hold(key, 4, Duration.ofMinutes(80)).progress(tokens(4)).orThrow();

        assertThat(onlyLimit(refusal(reserve(key, 9))).retry()).contains(NOON.plus(Duration.ofMinutes(90)));
    }

    @Test
    void aLateSettleLeavesTheWindowSinceFirstUseOpenThatTheExpiryOpened() {
        AccountId key = account("key", atSettle(QuotaWindow.sinceFirstUse(Duration.ofMinutes(30))));
        Reservation hold = startedHold(key);
        clock.advance(Duration.ofMinutes(70));

        hold.settle(tokens(4)).orThrow();

        assertThat(usage(key)).isEqualTo("4 used, 0 held");
        assertThat(status(key, "daily").span().startInclusive()).isEqualTo(NOON.plus(Duration.ofHours(1)));
    }
}
