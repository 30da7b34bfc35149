package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.UnbilledReason;

/** What the state of an account refuses, before any limit is asked, and what it never refuses. */
abstract class AccountContract extends ContractSection {

    @Test
    void anUnknownAccountIsRefused() {
        Refusal refusal = refusal(reserve(AccountId.of("nobody"), 1));

        assertThat(refusal.code()).isEqualTo(RefusalCode.ACCOUNT_UNKNOWN);
        assertThat(refusal.limits()).isEmpty();
        assertThat(refusal.retry()).isEmpty();
    }

    @Test
    void aDisabledAccountIsRefusedUntilItIsEnabled() {
        AccountId key = account("key");
        admin.disable(key);

        Refusal refusal = refusal(reserve(key, 1));

        assertThat(refusal.code()).isEqualTo(RefusalCode.ACCOUNT_DISABLED);
        assertThat(refusal.retry()).isEmpty();
        admin.enable(key);
        assertThat(reserve(key, 1).granted()).isTrue();
    }

    @Test
    void aSuspensionEndsByItselfAtExactlyItsEnd() {
        AccountId key = account("key");
        Instant until = NOON.plusSeconds(60);
        admin.suspend(key, until);

        Refusal refusal = refusal(reserve(key, 1));

        assertThat(refusal.code()).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);
        assertThat(refusal.retry()).contains(until);
        clock.set(until.minus(MICROSECOND));
        assertThat(reserve(key, 1).granted()).isFalse();
        clock.set(until);
        assertThat(reserve(key, 1).granted()).isTrue();
    }

    @Test
    void anAccountIsStillValidAtExactlyItsExpiryAndNotLater() {
        AccountId key = account("key");
        Instant expiry = NOON.plusSeconds(60);
        admin.expireAt(key, expiry);

        clock.set(expiry);
        assertThat(reserve(key, 1).granted()).isTrue();
        clock.set(expiry.plus(MICROSECOND));

        Refusal refusal = refusal(reserve(key, 1));
        assertThat(refusal.code()).isEqualTo(RefusalCode.ACCOUNT_EXPIRED);
        assertThat(refusal.retry()).isEmpty();
    }

    @Test
    void clearingOrMovingTheExpiryAdmitsAgain() {
        AccountId key = account("key");
        admin.expireAt(key, NOON);
        clock.advance(Duration.ofHours(1));
        assertThat(reserve(key, 1).granted()).isFalse();

        admin.expireAt(key, NOON.plus(Duration.ofHours(2)));
        assertThat(reserve(key, 1).granted()).isTrue();
        clock.advance(Duration.ofHours(2));
        assertThat(reserve(key, 1).granted()).isFalse();

        admin.expireAt(key, null);
        assertThat(reserve(key, 1).granted()).isTrue();
    }

    @Test
    void theStateOfAParentCountsAndIsNamed() {
        AccountId org = account("org");
        AccountId team = account("team", org);
        AccountId key = account("key", team);

        admin.disable(org);
        Refusal byOrg = refusal(reserve(key, 1));
        admin.enable(org);
        admin.suspend(team, null);
        Refusal byTeam = refusal(reserve(key, 1));
        admin.resume(team);
        admin.expireAt(org, NOON);
        clock.advance(MICROSECOND);
        Refusal byExpiry = refusal(reserve(key, 1));

        assertThat(byOrg.code()).isEqualTo(RefusalCode.ACCOUNT_DISABLED);
        assertThat(byOrg.cause()).isEqualTo(org);
        assertThat(byOrg.account()).isEqualTo(key);
        assertThat(byTeam.code()).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);
        assertThat(byTeam.cause()).isEqualTo(team);
        assertThat(byExpiry.code()).isEqualTo(RefusalCode.ACCOUNT_EXPIRED);
    }

    @Test
    void unbilledDoesNotPassAnAccountThatIsUnknownDisabledOrExpired() {
        AccountId key = account("key");

        assertThat(unbilled(AccountId.of("nobody"))).isEqualTo(RefusalCode.ACCOUNT_UNKNOWN);
        admin.expireAt(key, NOON);
        clock.advance(MICROSECOND);
        assertThat(unbilled(key)).isEqualTo(RefusalCode.ACCOUNT_EXPIRED);
        admin.disable(key);
        assertThat(unbilled(key)).isEqualTo(RefusalCode.ACCOUNT_DISABLED);
        admin.deleteAccount(key);
        assertThat(unbilled(key)).isEqualTo(RefusalCode.ACCOUNT_UNKNOWN);
        assertThat(journal()).isEmpty();
    }

    private RefusalCode unbilled(AccountId account) {
        return refusal(ledger.reserve(ReserveRequest.unbilled(account, UnbilledReason.MODEL_MISSING)
                        .build()))
                .code();
    }

    @Test
    void onlyReserveIsRefusedByADeletedAccount() {
        AccountId key = account("key", daily(100));
        Holds holds = new Holds(key);
        admin.deleteAccount(key);

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
