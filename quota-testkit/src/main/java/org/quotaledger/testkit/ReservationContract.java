package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.JournalKind;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.OnExcess;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.Adjusted;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Charged;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.Progressed;
import org.quotaledger.reservation.Refunded;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Released;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Settled;
import org.quotaledger.reservation.Tags;
import org.quotaledger.reservation.UnbilledReason;

/** What becomes of a reservation while it lives: every event and its answer, and the order of the checks. */
abstract class ReservationContract extends ContractSection {

    @Test
    void aReserveThatFitsIsHeld() {
        AccountId key = account("key", daily(10));

        Reservation hold =
                ledger.reserve(request("r", key, 4).tag("model", "m").build()).orThrow();

        assertThat(hold.id()).isEqualTo(id("r"));
        assertThat(hold.account()).isEqualTo(key);
        assertThat(hold.held()).isEqualTo(tokens(4));
        assertThat(hold.expiresAt()).isEqualTo(NOON.plus(TIME_TO_LIVE));
        assertThat(state(hold).status()).isEqualTo(ReservationStatus.HELD);
        assertThat(state(hold).reservedAt()).isEqualTo(NOON);
        assertThat(state(hold).tags()).isEqualTo(Tags.NONE.with("model", "m"));
        assertThat(usage(key)).isEqualTo("0 used, 4 held");
        assertThat(journal()).isEmpty();
    }

    @Test
    void aReserveWithoutRoomWritesNothing() {
        AccountId key = account("key", daily(3));

        ledger.reserve(request("r", key, 4).build());

        assertThat(ledger.reservation(id("r"))).isEmpty();
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(journal()).isEmpty();
    }

    @Test
    void theSameRequestAgainIsReplayedAndItsExpiryNotMoved() {
        AccountId key = account("key", daily(10));
        ReserveRequest request = request("r", key, 10).tag("model", "m").build();
        ledger.reserve(request).orThrow();
        clock.advance(Duration.ofMinutes(5));

        Admission again = ledger.reserve(request);

        assertThat(again).isInstanceOfSatisfying(Admission.Granted.class, granted -> {
            assertThat(granted.replayed()).isTrue();
            assertThat(granted.reservation().expiresAt()).isEqualTo(NOON.plus(TIME_TO_LIVE));
        });
        assertThat(usage(key)).isEqualTo("0 used, 10 held");
    }

    @Test
    void aReplayTellsTheStateOfNowWhateverItIs() {
        AccountId key = account("key", daily(100));
        for (String end : List.of("settled", "released", "expired", "adjusted")) {
            ledger.reserve(request(end, key, 10).build()).orThrow();
        }
        ledger.settle(id("settled"), tokens(7)).orThrow();
        ledger.release(id("released")).orThrow();
        ledger.adjust(id("adjusted"), tokens(3)).orThrow();
        clock.advance(TIME_TO_LIVE);

        for (String end : List.of("settled", "released", "expired", "adjusted")) {
            Admission again = ledger.reserve(request(end, key, 10).build());
            assertThat(((Admission.Granted) again).replayed()).isTrue();
        }
        assertThat(state(id("settled")).statusAt(clock.instant())).isEqualTo(ReservationStatus.SETTLED);
        assertThat(state(id("released")).statusAt(clock.instant())).isEqualTo(ReservationStatus.RELEASED);
        assertThat(state(id("expired")).statusAt(clock.instant())).isEqualTo(ReservationStatus.EXPIRED);
        assertThat(usage(key)).isEqualTo("7 used, 0 held");
    }

    @Test
    void aReplayComesBeforeEverythingElse() {
        AccountId key = account("key", daily(10));
        ReserveRequest request = request("r", key, 10).build();
        ledger.reserve(request).orThrow();
        admin.deleteAccount(key);

        assertThat(((Admission.Granted) ledger.reserve(request)).replayed()).isTrue();
    }

    @Test
    void theSameIdWithAnyOtherValueIsAConflictThatNamesTheField() {
        AccountId key = account("key", daily(100));
        AccountId other = account("other", daily(100));
        ledger.reserve(request("r", key, 4).tag("model", "m").build()).orThrow();

        assertThat(conflict(
                        ledger.reserve(request("r", other, 4).tag("model", "m").build())))
                .isEqualTo("account");
        assertThat(conflict(
                        ledger.reserve(request("r", key, 5).tag("model", "m").build())))
                .isEqualTo("charge");
        assertThat(conflict(ledger.reserve(ReserveRequest.builder(key, tokensAndRequests(4, 0))
                        .id("r")
                        .tag("model", "m")
                        .build())))
                .isEqualTo("charge");
        assertThat(conflict(ledger.reserve(request("r", key, 4)
                        .tag("model", "m")
                        .mode(ReserveMode.AT_MOST)
                        .build())))
                .isEqualTo("mode");
        assertThat(conflict(ledger.reserve(request("r", key, 4)
                        .tag("model", "m")
                        .timeToLive(Duration.ofMinutes(9))
                        .build())))
                .isEqualTo("timeToLive");
        assertThat(conflict(
                        ledger.reserve(request("r", key, 4).tag("model", "n").build())))
                .isEqualTo("tags");
        assertThat(conflict(ledger.charge(id("r"), key, tokens(4), Tags.NONE.with("model", "m"))))
                .isEqualTo("operation");
        assertThat(usage(key)).isEqualTo("0 used, 4 held");
        assertThat(usage(other)).isEqualTo("0 used, 0 held");
    }

    @Test
    void theIdOfARefusedRequestIsEvaluatedAfresh() {
        AccountId key = account("key", daily(10));
        Reservation other = hold(key, 8);
        ReserveRequest request = request("r", key, 4).build();
        assertThat(ledger.reserve(request).granted()).isFalse();
        other.release();

        Admission again = ledger.reserve(request);

        assertThat(((Admission.Granted) again).replayed()).isFalse();
        assertThat(ledger.reserve(request("r", key, 5).build())).isInstanceOf(Declined.Conflict.class);
    }

    @Test
    void settlingLessGivesTheRestBackAtOnce() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);

        Settled settled = hold.settle(tokens(13)).orThrow();

        assertThat(settled).isEqualTo(new Settled(tokens(13), tokens(0), false, false));
        assertThat(usage(key)).isEqualTo("13 used, 0 held");
        assertThat(reserve(key, 2).granted()).isTrue();
    }

    @Test
    void settlingAllChargesAll() {
        AccountId key = account("key", daily(15));

        hold(key, 15).settle(tokens(15)).orThrow();

        assertThat(usage(key)).isEqualTo("15 used, 0 held");
    }

    @Test
    void settlingNothingIsSettledAndNotReleased() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);

        Settled settled = hold.settle(tokens(0)).orThrow();

        assertThat(settled.charged()).isEqualTo(tokens(0));
        assertThat(state(hold).status()).isEqualTo(ReservationStatus.SETTLED);
        assertThat(wrongState(hold.release())).isEqualTo(ReservationStatus.SETTLED);
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(journalLines()).containsExactly("SETTLE key 0 tokens");
    }

    @Test
    void settlingMoreThanHeldChargesAllAndMarksTheExcess() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);

        Settled settled = hold.settle(tokens(16)).orThrow();

        assertThat(settled).isEqualTo(new Settled(tokens(16), tokens(1), false, false));
        assertThat(usage(key)).isEqualTo("16 used, 0 held");
        assertThat(journalLines()).containsExactly("SETTLE key 16 tokens excess 1");
    }

    @Test
    void settlingMoreThanHeldIsCappedWhereALimitSaysSo() {
        AccountId key =
                account("key", limit("daily", 100, DAILY).onExcess(OnExcess.CAP).build());
        Reservation hold = hold(key, 15);

        Settled settled = hold.settle(tokens(16)).orThrow();

        assertThat(settled).isEqualTo(new Settled(tokens(15), tokens(0), false, false));
        assertThat(state(hold).cost()).isEqualTo(tokens(16));
        assertThat(usage(key)).isEqualTo("15 used, 0 held");
        assertThat(hold.settle(tokens(16)).orThrow().replayed()).isTrue();
        assertThat(conflict(hold.settle(tokens(15)))).isEqualTo("cost");
    }

    @Test
    void settlingMoreThanHeldIsRefusedWhereALimitSaysSoAndTheHoldStays() {
        AccountId key = account(
                "key", limit("daily", 100, DAILY).onExcess(OnExcess.REFUSE).build());
        Reservation hold = hold(key, 15);

        Declined declined = declined(hold.settle(tokens(16)));

        assertThat(declined).isInstanceOf(Declined.ExcessRefused.class);
        assertThat(usage(key)).isEqualTo("0 used, 15 held");
        assertThat(hold.settle(tokens(15)).done()).isTrue();
    }

    @Test
    void theStrictestChoiceAboutAnExcessCountsOnTheWholeChain() {
        AccountId team = account(
                "team", limit("daily", 100, DAILY).onExcess(OnExcess.CAP).build());
        AccountId key = account("key", team, daily(100));

        hold(key, 15).settle(tokens(20)).orThrow();

        assertThat(usageOfAll(key)).isEqualTo("key/daily 15+0, team/daily 15+0");
    }

    @Test
    void oneMeterMayExceedWhileAnotherDoesNot() {
        QuotaLimit requests = QuotaLimit.builder("requests", Amount.ofUnits(9, Meter.REQUESTS), DAILY)
                .onExcess(OnExcess.CAP)
                .noAlerts()
                .build();
        AccountId key = account("key", daily(100), requests);
        Reservation hold = ledger.reserve(key, tokensAndRequests(10, 1)).orThrow();

        Settled settled = hold.settle(tokensAndRequests(12, 2)).orThrow();

        assertThat(settled.charged()).isEqualTo(tokensAndRequests(12, 1));
        assertThat(settled.excess()).isEqualTo(tokensAndRequests(2, 0));
    }

    @Test
    void settlingAgainWithTheSameAmountIsReplayed() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);
        hold.settle(tokens(13)).orThrow();

        assertThat(hold.settle(tokens(13)).orThrow()).isEqualTo(new Settled(tokens(13), tokens(0), false, true));
        assertThat(usage(key)).isEqualTo("13 used, 0 held");
        assertThat(journal()).hasSize(1);
    }

    @Test
    void settlingAgainWithAnotherAmountIsAConflict() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);
        hold.settle(tokens(13)).orThrow();

        assertThat(conflict(hold.settle(tokens(12)))).isEqualTo("cost");
        assertThat(usage(key)).isEqualTo("13 used, 0 held");
    }

    @Test
    void settlingAfterAReleaseSaysReleasedAndChargesNothing() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);
        hold.release();

        assertThat(wrongState(hold.settle(tokens(13)))).isEqualTo(ReservationStatus.RELEASED);
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
    }

    @Test
    void settlingOrReleasingAnUnknownIdIsNotFound() {
        account("key", daily(15));
        RequestId unknown = id("unknown");

        for (Answer<?> answer : List.of(
                ledger.settle(unknown, tokens(1)),
                ledger.settleUnbilled(unknown, UnbilledReason.UNBILLED),
                ledger.release(unknown),
                ledger.extend(unknown, Duration.ofMinutes(1)),
                ledger.adjust(unknown, tokens(1)),
                ledger.progress(unknown, tokens(1)),
                ledger.refund(id("f"), unknown, tokens(1)))) {
            assertThat(declined(answer)).isEqualTo(new Declined.NotFound(unknown));
        }
    }

    @Test
    void amountsOfOtherMetersThanHeldAreAMismatch() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);
        Charge requests = Charge.of(Amount.ofUnits(1, Meter.REQUESTS));
        Charge otherScale = Charge.of(Amount.ofUnits(1, new Meter("tokens", 2)));

        for (Charge charge : List.of(requests, otherScale, tokensAndRequests(1, 1), Charge.NONE)) {
            assertThat(declined(hold.settle(charge))).isInstanceOf(Declined.MeterMismatch.class);
            assertThat(declined(hold.adjust(charge))).isInstanceOf(Declined.MeterMismatch.class);
            assertThat(declined(hold.progress(charge))).isInstanceOf(Declined.MeterMismatch.class);
        }
        assertThat(usage(key)).isEqualTo("0 used, 15 held");
    }

    @Test
    void theMeterIsCheckedBeforeTheState() {
        AccountId key = account("key", daily(100));
        Charge requests = Charge.of(Amount.ofUnits(1, Meter.REQUESTS));
        Reservation settled = spend(key, 5);
        Reservation released = hold(key, 5);
        released.release();
        Reservation expired = hold(key, 5, Duration.ofMinutes(1));
        clock.advance(Duration.ofMinutes(1));

        for (Reservation hold : List.of(settled, released, expired)) {
            assertThat(declined(hold.settle(requests))).isInstanceOf(Declined.MeterMismatch.class);
            assertThat(declined(hold.adjust(requests))).isInstanceOf(Declined.MeterMismatch.class);
            assertThat(declined(hold.progress(requests))).isInstanceOf(Declined.MeterMismatch.class);
        }
        assertThat(declined(ledger.refund(id("f"), released.id(), requests)))
                .isInstanceOf(Declined.MeterMismatch.class);
    }

    @Test
    void theStateIsCheckedBeforeTheAmountAndThatBeforeTheRoom() {
        AccountId key = account(
                "key", limit("daily", 10, DAILY).onExcess(OnExcess.REFUSE).build());
        Reservation released = hold(key, 5);
        released.release();

        assertThat(declined(released.settle(tokens(99)))).isInstanceOf(Declined.WrongState.class);
        assertThat(declined(released.adjust(tokens(99)))).isInstanceOf(Declined.WrongState.class);
        assertThat(declined(ledger.refund(id("f"), released.id(), tokens(99)))).isInstanceOf(Declined.WrongState.class);
    }

    @Test
    void releasingGivesEverythingBack() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);

        assertThat(hold.release().orThrow()).isEqualTo(new Released(false));

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(state(hold).status()).isEqualTo(ReservationStatus.RELEASED);
        assertThat(journal()).isEmpty();
    }

    @Test
    void releasingTwiceChangesNothing() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);
        hold.release();
        hold(key, 15);

        assertThat(hold.release().orThrow()).isEqualTo(new Released(true));
        assertThat(usage(key)).isEqualTo("0 used, 15 held");
    }

    @Test
    void releasingAfterASettleChangesNothingAndSaysSettled() {
        AccountId key = account("key", daily(15));
        Reservation hold = spend(key, 15);

        assertThat(wrongState(hold.release())).isEqualTo(ReservationStatus.SETTLED);
        assertThat(usage(key)).isEqualTo("15 used, 0 held");
    }

    @Test
    void releasingAfterTheExpiryChangesNothingAndSaysExpired() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);
        clock.advance(TIME_TO_LIVE);

        assertThat(wrongState(hold.release())).isEqualTo(ReservationStatus.EXPIRED);
        admin.sweep(10);
        assertThat(wrongState(hold.release())).isEqualTo(ReservationStatus.EXPIRED);
    }

    @Test
    void closingReleasesWhatWasNeitherSettledNorReleased() {
        AccountId key = account("key", daily(15));

        try (Reservation leaked = hold(key, 5);
                Reservation settled = hold(key, 5);
                Reservation released = hold(key, 5)) {
            settled.settle(tokens(4)).orThrow();
            released.release().orThrow();
            assertThat(leaked.held()).isEqualTo(tokens(5));
        }

        assertThat(usage(key)).isEqualTo("4 used, 0 held");
    }

    @Test
    void closingAfterTheExpiryThrowsNothing() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);
        clock.advance(TIME_TO_LIVE);

        hold.close();

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
    }

    @Test
    void settlingUnbilledFreesTheHoldAndJournalsTheReason() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);

        Settled settled = hold.settleUnbilled(UnbilledReason.USAGE_MISSING).orThrow();

        assertThat(settled.charged()).isEqualTo(tokens(0));
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(journalLines()).containsExactly("UNBILLED key USAGE_MISSING");
        assertThat(hold.settleUnbilled(UnbilledReason.USAGE_MISSING).orThrow().replayed())
                .isTrue();
        assertThat(conflict(hold.settleUnbilled(UnbilledReason.PRICE_NOT_FOUND)))
                .isEqualTo("unbilled");
        assertThat(conflict(hold.settle(tokens(0)))).isEqualTo("cost");
    }

    @Test
    void aReserveSettledUnbilledIsStillReplayed() {
        AccountId key = account("key", daily(15));
        ReserveRequest request = request("r", key, 5).build();
        ledger.reserve(request).orThrow().settleUnbilled(UnbilledReason.USAGE_MISSING);

        assertThat(((Admission.Granted) ledger.reserve(request)).replayed()).isTrue();
    }

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
    void extendingIsForHoldsThatLive() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);
        clock.advance(TIME_TO_LIVE);

        assertThat(wrongState(hold.extend(Duration.ofHours(1)))).isEqualTo(ReservationStatus.EXPIRED);
        assertThat(wrongState(spend(key, 1).extend(Duration.ofHours(1)))).isEqualTo(ReservationStatus.SETTLED);
        assertThat(usage(key)).isEqualTo("1 used, 0 held");
    }

    @Test
    void extendingIsBoundedByTheLongestTimeToLive() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);

        assertThatThrownBy(() -> hold.extend(Duration.ofHours(25)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT25H");
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
    void aRefusedAdjustTellsWhatIsHeldAndWhenThereWillBeRoom() {
        AccountId key = account("key", daily(10));
        hold(key, 4, Duration.ofMinutes(3));
        Reservation hold = hold(key, 5);

        Declined.NoRoom noRoom = (Declined.NoRoom) declined(hold.adjust(tokens(8)));

        assertThat(onlyLimit(noRoom.refusal()).held()).isEqualTo(amount(9));
        assertThat(noRoom.refusal().retry()).contains(NOON.plus(Duration.ofMinutes(3)));
    }

    @Test
    void aRefusedAdjustTellsWhenThereWillBeRoomThoughTheAccountExpiresBefore() {
        AccountId key = account("key", daily(10));
        hold(key, 4, Duration.ofMinutes(3));
        Reservation hold = hold(key, 5);
        admin.expireAt(key, NOON.plusSeconds(60));

        Declined.NoRoom noRoom = (Declined.NoRoom) declined(hold.adjust(tokens(8)));

        assertThat(noRoom.refusal().retry()).contains(NOON.plus(Duration.ofMinutes(3)));
        clock.set(NOON.plus(Duration.ofMinutes(3)));
        assertThat(hold.adjust(tokens(8)).done()).isTrue();
    }

    @Test
    void aRefusedAdjustTellsNoTimeAtWhichTheHoldIsOver() {
        AccountId key = account("key", daily(10));
        hold(key, 4, Duration.ofMinutes(30));
        Reservation hold = hold(key, 5);

        Declined.NoRoom noRoom = (Declined.NoRoom) declined(hold.adjust(tokens(8)));

        assertThat(noRoom.refusal().retry()).isEmpty();
    }

    @Test
    void aRefusedAdjustTellsNoTimeAtWhichTheWindowOfItsHoldIsOver() {
        AccountId key = account("key", daily(10));
        spend(key, 4);
        clock.set(MIDNIGHT.minusSeconds(60));
        Reservation hold = hold(key, 5);

        Declined.NoRoom noRoom = (Declined.NoRoom) declined(hold.adjust(tokens(8)));
        clock.set(MIDNIGHT);

        assertThat(noRoom.refusal().retry()).isEmpty();
        assertThat(hold.adjust(tokens(8)).done()).isFalse();
    }

    @Test
    void aRefusedAdjustTellsWhenAnotherHoldOfItsWindowExpiresThoughTheWindowIsOver() {
        AccountId key = account("key", daily(10));
        clock.set(MIDNIGHT.minusSeconds(60));
        hold(key, 4, Duration.ofMinutes(3));
        Reservation hold = hold(key, 5);
        Declined.NoRoom before = (Declined.NoRoom) declined(hold.adjust(tokens(8)));
        clock.set(MIDNIGHT);
        Declined.NoRoom after = (Declined.NoRoom) declined(hold.adjust(tokens(8)));

        assertThat(before.refusal().retry()).contains(MIDNIGHT.plusSeconds(120));
        assertThat(after.refusal().retry()).contains(MIDNIGHT.plusSeconds(120));
        clock.set(MIDNIGHT.plusSeconds(120));
        assertThat(hold.adjust(tokens(8)).done()).isTrue();
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
    void adjustingIsForHoldsThatLive() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 10);
        clock.advance(TIME_TO_LIVE);

        assertThat(wrongState(hold.adjust(tokens(1)))).isEqualTo(ReservationStatus.EXPIRED);
        assertThat(wrongState(spend(key, 1).adjust(tokens(1)))).isEqualTo(ReservationStatus.SETTLED);
    }

    @Test
    void adjustingToTheSameIsDone() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);

        assertThat(hold.adjust(tokens(15)).done()).isTrue();
        assertThat(usage(key)).isEqualTo("0 used, 15 held");
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
    void progressIsForHoldsThatLive() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 10);
        clock.advance(TIME_TO_LIVE);

        assertThat(wrongState(hold.progress(tokens(4)))).isEqualTo(ReservationStatus.EXPIRED);
        assertThat(wrongState(spend(key, 1).progress(tokens(1)))).isEqualTo(ReservationStatus.SETTLED);
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

    @Test
    void aDirectChargeIsRecordedAlwaysAndCanPassTheLimit() {
        AccountId key = account("key", daily(10));

        Answer<Charged> answer = ledger.charge(id("c"), key, tokens(25));

        assertThat(answer.orThrow()).isEqualTo(new Charged(tokens(25), false));
        assertThat(usage(key)).isEqualTo("25 used, 0 held");
        assertThat(refusal(reserve(key, 1)).code()).isEqualTo(RefusalCode.QUOTA_EXHAUSTED);
    }

    @Test
    void aDirectChargeIsIdempotentByItsId() {
        AccountId key = account("key", daily(10));
        AccountId other = account("other", daily(10));
        ledger.charge(id("c"), key, tokens(5)).orThrow();

        assertThat(ledger.charge(id("c"), key, tokens(5)).orThrow()).isEqualTo(new Charged(tokens(5), true));
        assertThat(conflict(ledger.charge(id("c"), key, tokens(6)))).isEqualTo("charge");
        assertThat(conflict(ledger.charge(id("c"), other, tokens(5)))).isEqualTo("account");
        assertThat(conflict(ledger.charge(id("c"), key, tokens(5), Tags.NONE.with("a", "b"))))
                .isEqualTo("tags");
        assertThat(conflict(ledger.reserve(request("c", key, 5).build()))).isEqualTo("operation");
        assertThat(usage(key)).isEqualTo("5 used, 0 held");
        assertThat(journal()).hasSize(1);
    }

    @Test
    void aDirectChargeCountsOnTheWholeChain() {
        AccountId team = account("team", daily(10));
        AccountId key = account("key", team, daily(10));

        ledger.charge(id("c"), key, tokensAndRequests(5, 1)).orThrow();

        assertThat(usageOfAll(key)).isEqualTo("key/daily 5+0, team/daily 5+0");
        assertThat(journalLines())
                .containsExactlyInAnyOrder(
                        "CHARGE key 1 requests",
                        "CHARGE key 5 tokens",
                        "CHARGE team 1 requests",
                        "CHARGE team 5 tokens");
    }

    @Test
    void aDirectChargeNeedsAnAccount() {
        Answer<Charged> answer = ledger.charge(id("c"), AccountId.of("nobody"), tokens(1));

        assertThat(declined(answer)).isInstanceOf(Declined.NoAccount.class);
        assertThat(ledger.reservation(id("c"))).isEmpty();
    }

    @Test
    void aDirectChargeThatOverflowsIsAnErrorAndWritesNothing() {
        AccountId key = account("key", daily(10));
        ledger.charge(id("c"), key, tokens(Long.MAX_VALUE)).orThrow();

        assertThatThrownBy(() -> ledger.charge(id("d"), key, tokens(1))).isInstanceOf(ArithmeticException.class);

        assertThat(ledger.reservation(id("d"))).isEmpty();
        assertThat(usage(key)).isEqualTo(Long.MAX_VALUE + " used, 0 held");
    }

    @Test
    void aRefundGivesBackPartOfWhatWasSettled() {
        AccountId team = account("team", daily(15));
        AccountId key = account("key", team, daily(15));
        Reservation hold = hold(key, 15);
        hold.settle(tokens(13)).orThrow();

        Refunded refunded = ledger.refund(id("f"), hold.id(), tokens(5)).orThrow();

        assertThat(refunded).isEqualTo(new Refunded(tokens(5), tokens(5), false));
        assertThat(usageOfAll(key)).isEqualTo("key/daily 8+0, team/daily 8+0");
        assertThat(reserve(key, 7).granted()).isTrue();
    }

    @Test
    void refundsAreNeverMoreThanWhatWasSettledInTotal() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);
        hold.settle(tokens(13)).orThrow();
        ledger.refund(id("f1"), hold.id(), tokens(5)).orThrow();

        Declined tooMuch = declined(ledger.refund(id("f2"), hold.id(), tokens(9)));

        assertThat(tooMuch).isInstanceOf(Declined.RefundTooLarge.class);
        assertThat(ledger.refund(id("f2"), hold.id(), tokens(8)).orThrow().total())
                .isEqualTo(tokens(13));
        assertThat(ledger.refund(id("f3"), hold.id(), tokens(1)).done()).isFalse();
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
    }

    @Test
    void aRefundIsIdempotentByItsOwnId() {
        AccountId key = account("key", daily(30));
        Reservation one = spend(key, 10);
        Reservation two = spend(key, 10);
        ledger.refund(id("f"), one.id(), tokens(4)).orThrow();

        assertThat(ledger.refund(id("f"), one.id(), tokens(4)).orThrow())
                .isEqualTo(new Refunded(tokens(4), tokens(4), true));
        assertThat(conflict(ledger.refund(id("f"), one.id(), tokens(5)))).isEqualTo("charge");
        assertThat(conflict(ledger.refund(id("f"), two.id(), tokens(4)))).isEqualTo("reservation");
        assertThat(usage(key)).isEqualTo("16 used, 0 held");
    }

    @Test
    void aDirectChargeCanBeRefunded() {
        AccountId key = account("key", daily(10));
        ledger.charge(id("c"), key, tokens(25)).orThrow();

        ledger.refund(id("f"), id("c"), tokens(20)).orThrow();

        assertThat(usage(key)).isEqualTo("5 used, 0 held");
    }

    @Test
    void onlyWhatWasSettledCanBeRefunded() {
        AccountId key = account("key", daily(30));
        Reservation held = hold(key, 10);
        Reservation released = hold(key, 10);
        released.release();

        assertThat(wrongState(ledger.refund(id("f"), held.id(), tokens(1)))).isEqualTo(ReservationStatus.HELD);
        assertThat(wrongState(ledger.refund(id("f"), released.id(), tokens(1)))).isEqualTo(ReservationStatus.RELEASED);
    }

    @Test
    void aRefundOfSomeMetersLeavesTheOthers() {
        QuotaLimit requests = QuotaLimit.builder("requests", Amount.ofUnits(9, Meter.REQUESTS), DAILY)
                .noAlerts()
                .build();
        AccountId key = account("key", daily(10), requests);
        Reservation hold = ledger.reserve(key, tokensAndRequests(10, 1)).orThrow();
        hold.settle(tokensAndRequests(10, 1)).orThrow();

        ledger.refund(id("f"), hold.id(), tokens(4)).orThrow();

        assertThat(usageOfAll(key)).isEqualTo("key/daily 6+0, key/requests 1+0");
    }

    @Test
    void theJournalTellsEveryChangeOfUsedWithItsInstantsAndTags() {
        AccountId team = account("team", daily(100));
        AccountId key = account("key", team, daily(100));
        Reservation hold =
                ledger.reserve(request("r", key, 10).tag("model", "m").build()).orThrow();
        clock.advance(Duration.ofMinutes(2));
        hold.settle(tokens(7)).orThrow();
        clock.advance(Duration.ofMinutes(2));
        ledger.refund(id("f"), id("r"), tokens(3)).orThrow();

        assertThat(journalLines())
                .containsExactly(
                        "SETTLE key 7 tokens", "SETTLE team 7 tokens", "REFUND key -3 tokens", "REFUND team -3 tokens");
        JournalRow settle = journal().get(1);
        assertThat(settle)
                .isEqualTo(new JournalRow(
                        JournalKind.SETTLE,
                        id("r"),
                        id("r"),
                        team,
                        key,
                        1,
                        1,
                        Meter.TOKENS,
                        7,
                        0,
                        NOON,
                        NOON.plus(Duration.ofMinutes(2)),
                        NOON.plus(Duration.ofMinutes(2)),
                        false,
                        null,
                        Tags.NONE.with("model", "m")));
        JournalRow refund = journal().get(2);
        assertThat(refund.operation()).isEqualTo(id("f"));
        assertThat(refund.reservation()).isEqualTo(id("r"));
        assertThat(refund.reservedAt()).isEqualTo(NOON);
        assertThat(refund.settledAt()).isEqualTo(NOON.plus(Duration.ofMinutes(2)));
        assertThat(refund.recordedAt()).isEqualTo(NOON.plus(Duration.ofMinutes(4)));
    }

    @Test
    void instantsAreKeptToTheMicrosecond() {
        AccountId key = account("key", daily(100));
        clock.set(NOON.plusNanos(123_456_789));

        Reservation hold = hold(key, 1);

        assertThat(state(hold).reservedAt()).isEqualTo(NOON.plusNanos(123_456_000));
        assertThat(state(hold).expiresAt())
                .isEqualTo(NOON.plusNanos(123_456_000).plus(TIME_TO_LIVE));
    }
}
