package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Reservation;

/** The state of an account is checked before its limits, and refuses reserves only. */
class AccountStateTest extends PlainLedger {

    @Test
    void aSuspensionWithoutEndWaitsForAPerson() {
        AccountId key = account("key");
        admin.suspend(key, null);
        clock.advance(Duration.ofDays(400));

        assertThat(refusal(reserve(key, 1)).retry()).isEmpty();
        admin.resume(key);
        assertThat(reserve(key, 1).granted()).isTrue();
    }

    @Test
    void resumingDoesNotEnableAnAccountThatAPersonDisabled() {
        AccountId key = account("key");
        admin.suspend(key, null);
        admin.disable(key);

        admin.resume(key);

        assertThat(refusal(reserve(key, 1)).code()).isEqualTo(RefusalCode.ACCOUNT_DISABLED);
    }

    @Test
    void theStateOfAChildDoesNotCountForItsParent() {
        AccountId team = account("team");
        AccountId key = account("key", team);
        admin.disable(key);

        assertThat(reserve(team, 1).granted()).isTrue();
    }

    @Test
    void theAccountIsCheckedBeforeItsLimits() {
        AccountId key = account("key", daily(0));
        admin.disable(key);

        Refusal refusal = refusal(reserve(key, 1));

        assertThat(refusal.code()).isEqualTo(RefusalCode.ACCOUNT_DISABLED);
        assertThat(refusal.limits()).isEmpty();
        assertThat(refusal(ledger.reserve(observing(key, 1).build())).code()).isEqualTo(RefusalCode.ACCOUNT_DISABLED);
        assertThat(ledger.check(key, tokens(0)).admissible()).isFalse();
    }

    @Test
    void disabledComesBeforeSuspendedAndThatBeforeExpired() {
        AccountId key = account("key");
        admin.expireAt(key, NOON);
        clock.advance(MICROSECOND);
        assertThat(refusal(reserve(key, 1)).code()).isEqualTo(RefusalCode.ACCOUNT_EXPIRED);

        admin.suspend(key, null);
        assertThat(refusal(reserve(key, 1)).code()).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);

        admin.disable(key);
        assertThat(refusal(reserve(key, 1)).code()).isEqualTo(RefusalCode.ACCOUNT_DISABLED);

        admin.deleteAccount(key);
        assertThat(refusal(reserve(key, 1)).code()).isEqualTo(RefusalCode.ACCOUNT_UNKNOWN);
    }

    @Test
    void aSuspensionTellsNoRetryTimeThatAnotherStateWouldRefuse() {
        AccountId team = account("team");
        AccountId key = account("key", team);
        admin.suspend(key, NOON.plusSeconds(60));
        admin.disable(team);
        assertThat(refusal(reserve(key, 1)).retry()).isEmpty();

        admin.enable(team);
        admin.suspend(team, NOON.plusSeconds(90));
        assertThat(refusal(reserve(key, 1)).retry()).contains(NOON.plusSeconds(90));

        admin.expireAt(key, NOON.plusSeconds(89));
        assertThat(refusal(reserve(key, 1)).retry()).isEmpty();
    }

    @Test
    void onlyReserveIsRefusedByADisabledAccount() {
        AccountId key = account("key", daily(100));
        Holds holds = new Holds(key);
        admin.disable(key);

        holds.allEndAsUsual();
    }

    @Test
    void onlyReserveIsRefusedByASuspendedAccount() {
        AccountId key = account("key", daily(100));
        Holds holds = new Holds(key);
        admin.suspend(key, null);

        holds.allEndAsUsual();
    }

    @Test
    void onlyReserveIsRefusedByAnExpiredAccount() {
        AccountId key = account("key", daily(100));
        Holds holds = new Holds(key);
        admin.expireAt(key, NOON);
        clock.advance(MICROSECOND);

        holds.allEndAsUsual();
    }

    /** Holds and charges that were made while the account could reserve. */
    private final class Holds {
        final AccountId account;
        final Reservation settled;
        final Reservation released;
        final Reservation changed;
        final Reservation refunded;

        Holds(AccountId account) {
            this.account = account;
            this.settled = hold(account, 10);
            this.released = hold(account, 10);
            this.changed = hold(account, 10);
            this.refunded = spend(account, 10);
        }

        void allEndAsUsual() {
            assertThat(reserve(account, 1).granted()).isFalse();
            assertThat(settled.settle(tokens(7)).done()).isTrue();
            assertThat(released.release().done()).isTrue();
            assertThat(changed.progress(tokens(1)).done()).isTrue();
            assertThat(changed.adjust(tokens(11)).done()).isTrue();
            assertThat(changed.extend(Duration.ofHours(1)).done()).isTrue();
            assertThat(changed.settle(tokens(2)).done()).isTrue();
            assertThat(ledger.refund(id("f"), refunded.id(), tokens(3)).done()).isTrue();
            assertThat(ledger.charge(id("c"), account, tokens(1)).done()).isTrue();
            assertThat(usage(account)).isEqualTo("17 used, 0 held");
        }
    }
}
