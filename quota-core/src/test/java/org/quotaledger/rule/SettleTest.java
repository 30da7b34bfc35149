package org.quotaledger.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.quotaledger.rule.Given.NOON;
import static org.quotaledger.rule.Given.account;
import static org.quotaledger.rule.Given.limit;
import static org.quotaledger.rule.Given.release;
import static org.quotaledger.rule.Given.reserve;
import static org.quotaledger.rule.Given.settle;
import static org.quotaledger.rule.Given.tokens;
import static org.quotaledger.rule.Given.used;
import static org.quotaledger.rule.Given.work;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.Released;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.Settled;

/** Settle and release of a reservation of 15 tokens on an account with a limit of 100. */
class SettleTest {

    private final Counter counter = used(0, 0);
    private final UnitOfWork work = work(account("key", limit(100), counter));

    private ReservationRecord held() {
        reserve(15).decide(work, NOON);
        return record();
    }

    private ReservationRecord record() {
        ReservationRecord record = work.reservation();
        assertThat(record).isNotNull();
        return record;
    }

    private Answer<Settled> settleAt(ReservationRecord known, long units, Instant now) {
        return settle(units).decide(work.begin(known, known.ending() == null), now);
    }

    @Test
    void settlingLessGivesTheRestBack() {
        Settled settled = settleAt(held(), 13, NOON.plusSeconds(1)).orThrow();

        assertThat(settled).isEqualTo(new Settled(tokens(13), tokens(0), false, false));
        assertThat(counter.used()).isEqualTo(13);
        assertThat(counter.held()).isZero();
    }

    @Test
    void settlingNothingIsSettled() {
        settleAt(held(), 0, NOON).orThrow();

        assertThat(record().statusAt(NOON)).isEqualTo(ReservationStatus.SETTLED);
        assertThat(counter.used()).isZero();
        assertThat(counter.held()).isZero();
    }

    @Test
    void settlingMoreChargesAllAndMarksTheExcess() {
        Settled settled = settleAt(held(), 16, NOON).orThrow();

        assertThat(settled.excess()).isEqualTo(tokens(1));
        assertThat(counter.used()).isEqualTo(16);
    }

    @Test
    void settlingAgainIsReplayedAndWithAnotherCostAConflict() {
        settleAt(held(), 13, NOON);
        ReservationRecord settled = record();

        assertThat(settleAt(settled, 13, NOON).orThrow().replayed()).isTrue();
        assertThat(settleAt(settled, 14, NOON)).isEqualTo(declinedConflict());
        assertThat(counter.used()).isEqualTo(13);
    }

    private static Answer<Settled> declinedConflict() {
        return Answer.declined(new Declined.Conflict(
                settle(1).id(), "cost", tokens(13).toString(), tokens(14).toString()));
    }

    @Test
    void settlingJustBeforeTheExpiryIsNotLate() {
        ReservationRecord held = held();

        assertThat(settleAt(held, 13, held.grant().expiresAt().minusNanos(1000))
                        .orThrow()
                        .late())
                .isFalse();
    }

    @Test
    void aLateSettleWhoseHoldWasTakenOffChargesOnly() {
        ReservationRecord held = held();
        counter.add(0, -15);

        Settled settled = settle(13)
                .decide(work.begin(held, false), held.grant().expiresAt())
                .orThrow();

        assertThat(settled.late()).isTrue();
        assertThat(counter.used()).isEqualTo(13);
        assertThat(counter.held()).isZero();
    }

    @Test
    void chargesTheWindowOfTheReserve() {
        ReservationRecord held = held();
        Instant tomorrow = Given.MIDNIGHT.plusSeconds(1);

        settleAt(held, 13, tomorrow).orThrow();

        assertThat(counter.used()).isEqualTo(13);
        assertThat(reserve("next", 100).decide(work.begin(null, false), tomorrow))
                .isInstanceOf(Reserve.Answer.Held.class);
    }

    @Test
    void anotherMeterIsAMismatch() {
        Settle inUsd = new Settle(settle(1).id(), Charge.of(Amount.ofUnits(1, Meter.USD)));

        Answer<Settled> answer = inUsd.decide(work.begin(held(), true), NOON);

        assertThatThrownBy(answer::orThrow).hasMessageContaining("meters");
        assertThat(counter.held()).isEqualTo(15);
    }

    @Test
    void anUnknownIdIsNotFound() {
        assertThat(settle(1).decide(work.begin(null, false), NOON))
                .isEqualTo(Answer.declined(new Declined.NotFound(settle(1).id())));
        assertThat(release().decide(work.begin(null, false), NOON))
                .isEqualTo(Answer.declined(new Declined.NotFound(settle(1).id())));
    }

    @Test
    void aSumBeyondALongIsAnErrorAndChangesNothing() {
        Counter full = used(Long.MAX_VALUE - 10, 15);
        ReservationRecord held = held();
        UnitOfWork other = work(account("key", limit(100), full));

        assertThatThrownBy(() -> settle(13).decide(other.begin(held, true), NOON))
                .isInstanceOf(ArithmeticException.class);

        assertThat(full.used()).isEqualTo(Long.MAX_VALUE - 10);
        assertThat(full.held()).isEqualTo(15);
        assertThat(other.reservationChanged()).isFalse();
    }

    @Test
    void releasingGivesEverythingBackOnce() {
        ReservationRecord held = held();

        assertThat(release().decide(work.begin(held, true), NOON)).isEqualTo(Answer.done(new Released(false)));
        assertThat(release().decide(work.begin(record(), false), NOON)).isEqualTo(Answer.done(new Released(true)));
        assertThat(counter.held()).isZero();
    }

    @Test
    void releasingAfterTheExpiryChangesNothing() {
        ReservationRecord held = held();

        assertThat(release().decide(work.begin(held, true), held.grant().expiresAt()))
                .isEqualTo(Answer.declined(new Declined.WrongState(held.id(), ReservationStatus.EXPIRED)));
        assertThat(counter.held()).isEqualTo(15);
    }

    @Test
    void settlingAfterAReleaseSaysReleased() {
        ReservationRecord held = held();
        release().decide(work.begin(held, true), NOON);

        assertThat(settleAt(record(), 13, NOON))
                .isEqualTo(Answer.declined(new Declined.WrongState(held.id(), ReservationStatus.RELEASED)));
    }
}
