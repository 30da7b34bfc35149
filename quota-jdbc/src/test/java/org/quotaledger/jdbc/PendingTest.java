package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.Facts;
import org.quotaledger.accounting.UnitOfWork;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Extended;
import org.quotaledger.reservation.HoldPeriod;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.RequestOrigin;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationState.Terms;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.Tags;
import org.quotaledger.spi.QuotaStoreException;
import org.quotaledger.spi.QuotaStoreException.Outcome;

class PendingTest {

    private static final AccountId KEY = AccountId.of("key");
    private static final RequestId ID = RequestId.of("request");
    private static final Instant T = Instant.parse("2026-03-10T12:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Charge TOKENS = Charge.of(Amount.of(3, Meter.TOKENS));

    private static final ReservationState HELD = new ReservationState(
            new Terms(
                    new RequestOrigin(ID, KEY, Tags.NONE),
                    ReservationState.Operation.RESERVE,
                    List.of(KEY),
                    TOKENS,
                    ReserveMode.ALL_OR_NOTHING,
                    MINUTE,
                    null),
            TOKENS,
            new HoldPeriod(T, T.plus(MINUTE)),
            ReservationStatus.HELD,
            null,
            null,
            null,
            null);

    private static final ReservationState LONGER =
            HELD.changed(TOKENS, T.plus(MINUTE).plus(MINUTE), null);

    private static Pending<Answer<Extended>> extend() {
        return new Pending<>(new Command.Extend(ID, MINUTE.plus(MINUTE), List.of(KEY)), null, MINUTE);
    }

    /** Notes that it was decided as it should be. */
    private static void decide(Pending<Answer<Extended>> pending) {
        UnitOfWork work = new UnitOfWork(List.of(), HELD, List.of(), null, Facts.NOTHING);
        pending.decided(pending.command().decide(work, T), work, List.of(KEY));
        assertThat(work.reservation()).isEqualTo(LONGER);
    }

    /** Reserve and extend share a group, and a clock need not move until the group is run again. */
    @Test
    void aChangeOfAHoldWasAppliedOnlyIfTheHoldIsAsChanged() {
        Pending<Answer<Extended>> pending = extend();
        decide(pending);
        pending.perhapsApplied();

        assertThat(pending.wasApplied(HELD)).isFalse();
        assertThat(pending.wasApplied(LONGER)).isTrue();
    }

    @Test
    void whatWasNotAppliedAfterAnAttemptThatMayHaveBeenIsUnknown() {
        Pending<Answer<Extended>> pending = extend();
        decide(pending);
        assertThat(pending.send()).isTrue();
        pending.perhapsApplied();

        pending.withdraw(QuotaStoreException.notApplied("away", null));

        assertThatThrownBy(() -> pending.answer().join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        QuotaStoreException.class,
                        failure -> assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN));
    }

    @Test
    void isNotWithdrawnWhileItMayBeWrittenAndNotWrittenOnceItIsWithdrawn() {
        Pending<Answer<Extended>> sent = extend();
        assertThat(sent.send()).isTrue();
        sent.withdraw(new IllegalStateException("withdrawn"));
        assertThat(sent.isAnswered()).isFalse();
        sent.notWritten();
        sent.withdraw(new IllegalStateException("withdrawn"));
        assertThat(sent.isAnswered()).isTrue();
        assertThat(sent.send()).isFalse();
    }
}
