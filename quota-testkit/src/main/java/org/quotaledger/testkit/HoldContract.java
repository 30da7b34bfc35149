package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.reservation.Adjusted;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.Progressed;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Reservation;

/** What is done to a hold that lives: extended, adjusted, its progress reported. */
abstract class HoldContract extends ContractSection {

    @Test
    void extendingCountsFromNowAndNeverShortens() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);
        clock.advance(Duration.ofMinutes(5));

        assertThat(hold.extend(Duration.ofMinutes(1)).orThrow().expiresAt()).isEqualTo(NOON.plus(TIME_TO_LIVE));
        assertThat(hold.extend(Duration.ofMinutes(8)).orThrow().expiresAt())
                .isEqualTo(NOON.plus(Duration.ofMinutes(13)));

        clock.set(NOON.plus(Duration.ofMinutes(13)).minus(MICROSECOND));
        assertThat(reserve(key, 1).granted()).isFalse();
        clock.advance(MICROSECOND);
        assertThat(reserve(key, 1).granted()).isTrue();
    }

    @Test
    void adjustingDownFreesTheDifference() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);

        assertThat(hold.adjust(tokens(4)).orThrow()).isEqualTo(new Adjusted(tokens(4)));

        assertThat(usage(key)).isEqualTo("0 used, 4 held");
        assertThat(state(hold).held()).isEqualTo(tokens(4));
        assertThat(hold.settle(tokens(5)).orThrow().excess()).isEqualTo(tokens(1));
    }

    @Test
    void adjustingUpNeedsRoomForTheDifferenceOnly() {
        AccountId team = account("team", daily(12));
        AccountId key = account("key", team, daily(15));
        spend(team, 3);
        Reservation hold = hold(key, 5);

        assertThat(hold.adjust(tokens(9)).done()).isTrue();
        Declined declined = declined(hold.adjust(tokens(10)));

        assertThat(declined).isInstanceOfSatisfying(Declined.NoRoom.class, noRoom -> {
            assertThat(limitNames(noRoom.refusal())).containsExactly("team/daily");
            assertThat(noRoom.refusal().code()).isEqualTo(RefusalCode.QUOTA_INSUFFICIENT);
        });
        assertThat(usageOfAll(key)).isEqualTo("key/daily 0+9, team/daily 3+9");
    }

    @Test
    void growingAHoldThatIsChargedAtItsSettleNeedsRoomInTheWindowOfNow() {
        AccountId key = account(
                "key", limit("daily", 10, DAILY).chargeTime(ChargeTime.SETTLE).build());
        clock.set(MIDNIGHT.minusSeconds(60));
        Reservation hold = hold(key, 2);
        clock.set(MIDNIGHT);
        spend(key, 5);

        assertThat(hold.adjust(tokens(6)).done()).isFalse();
        assertThat(hold.adjust(tokens(5)).done()).isTrue();
    }

    @Test
    void adjustingSeveralMetersHoldsAllOrNothingMore() {
        AccountId key = account("key", daily(15));
        Reservation hold = ledger.reserve(key, tokensAndRequests(10, 1)).orThrow();

        assertThat(hold.adjust(tokensAndRequests(16, 2)).done()).isFalse();
        assertThat(state(hold).held()).isEqualTo(tokensAndRequests(10, 1));
        assertThat(hold.adjust(tokensAndRequests(15, 2)).done()).isTrue();
        assertThat(state(hold).held()).isEqualTo(tokensAndRequests(15, 2));
    }

    @Test
    void progressKeepsTheMostThatWasReported() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 10);

        hold.progress(tokens(4)).orThrow();

        assertThat(hold.progress(tokens(3)).orThrow()).isEqualTo(new Progressed(tokens(4)));
        assertThat(hold.progress(tokens(6)).orThrow()).isEqualTo(new Progressed(tokens(6)));
        assertThat(usage(key)).isEqualTo("0 used, 10 held");
        assertThat(journal()).isEmpty();
    }

    @Test
    void progressIsForgottenByASettleOrARelease() {
        AccountId key = account("key", daily(100));
        Reservation settled = hold(key, 10);
        Reservation released = hold(key, 10);
        settled.progress(tokens(6));
        released.progress(tokens(6));

        settled.settle(tokens(2)).orThrow();
        released.release().orThrow();
        clock.advance(Duration.ofHours(1));
        admin.sweep(10);

        assertThat(usage(key)).isEqualTo("2 used, 0 held");
    }
}
