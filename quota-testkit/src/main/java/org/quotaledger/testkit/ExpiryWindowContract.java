package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.window.QuotaWindow;

/** Which windows an expiry opens and counts in where a limit charges at the settle. */
abstract class ExpiryWindowContract extends ContractSection {

    private static QuotaLimit atSettle(QuotaWindow window) {
        return limit("daily", 10, window).chargeTime(ChargeTime.SETTLE).build();
    }

    private Reservation startedHold(AccountId account) {
        Reservation hold = hold(account, 5, Duration.ofHours(1));
        hold.progress(tokens(6)).orThrow();
        return hold;
    }

    @Test
    void anExpiryOpensAWindowSinceFirstUseThatChargesAtSettleWheneverItIsNoticed() {
        QuotaLimit limit = atSettle(QuotaWindow.sinceFirstUse(Duration.ofMinutes(30)));
        AccountId swept = account("swept", limit);
        AccountId noticed = account("noticed", limit);
        startedHold(swept);
        clock.advance(Duration.ofSeconds(1));
        startedHold(noticed);

        clock.set(NOON.plus(Duration.ofHours(1)));
        admin.sweep(100);
        clock.advance(Duration.ofMinutes(10));

        for (AccountId account : List.of(swept, noticed)) {
            assertThat(usage(account)).isEqualTo("6 used, 0 held");
            ledger.charge(id("charge of " + account), account, tokens(3)).orThrow();
            assertThat(usage(account)).isEqualTo("9 used, 0 held");
        }
        assertThat(status(noticed, "daily").span().startInclusive())
                .isEqualTo(NOON.plusSeconds(1).plus(Duration.ofHours(1)));
        clock.advance(Duration.ofMinutes(20));
        assertThat(usage(swept)).isEqualTo("0 used, 0 held");
        assertThat(usage(noticed)).isEqualTo("9 used, 0 held");
        assertThat(admin.audit()).isEmpty();
    }

    @Test
    void expiriesOpenWindowsSinceFirstUseInTheOrderInWhichTheyHappened() {
        AccountId key = account("key", atSettle(QuotaWindow.sinceFirstUse(Duration.ofMinutes(30))));
        Reservation longer = hold(key, 2, Duration.ofMinutes(80));
        longer.progress(tokens(1)).orThrow();
        startedHold(key);
        clock.advance(Duration.ofMinutes(85));
        ledger.settle(longer.id(), tokens(2)).orThrow();

        admin.sweep(100);

        assertThat(usage(key)).isEqualTo("8 used, 0 held");
        assertThat(status(key, "daily").span().startInclusive()).isEqualTo(NOON.plus(Duration.ofHours(1)));
        assertThat(admin.audit()).isEmpty();
    }

    @Test
    void anExpiryCountsInTheWindowSinceFirstUseThatWasOpenThenThoughItIsOver() {
        AccountId key = account("key", atSettle(QuotaWindow.sinceFirstUse(Duration.ofMinutes(30))));
        startedHold(key);
        clock.advance(Duration.ofMinutes(50));
        spend(key, 1);
        clock.advance(Duration.ofMinutes(35));

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        admin.sweep(100);

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(admin.audit()).isEmpty();
    }

    @Test
    void anExpiryIsNoticedByALimitThatChargesAtSettleAndDidNotCountTheHold() {
        QuotaLimit sinceFirstUse = atSettle(QuotaWindow.sinceFirstUse(Duration.ofMinutes(30)));
        QuotaLimit lifetime = atSettle(QuotaWindow.lifetime(NOON.plusSeconds(60), NOON.plus(Duration.ofDays(1))));
        AccountId young = account("young");
        AccountId early = account("early");
        for (AccountId account : List.of(young, early)) {
            startedHold(account);
        }
        relimit(young, sinceFirstUse);
        relimit(early, lifetime);
        clock.advance(Duration.ofMinutes(70));

        for (AccountId account : List.of(young, early)) {
            assertThat(usage(account)).isEqualTo("6 used, 0 held");
            assertThat(reserve(account, 5).granted()).isFalse();
            spend(account, 4);
            assertThat(usage(account)).isEqualTo("10 used, 0 held");
        }
        assertThat(admin.audit()).isEmpty();
    }
}
