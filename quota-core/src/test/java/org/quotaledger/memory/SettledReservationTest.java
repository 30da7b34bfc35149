package org.quotaledger.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.HoldPeriod;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.RequestOrigin;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationState.Operation;
import org.quotaledger.reservation.ReservationState.Settlement;
import org.quotaledger.reservation.ReservationState.Terms;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.Tags;
import org.quotaledger.reservation.UnbilledReason;

/** What was settled is told as it was, though it is stored in a small form. */
class SettledReservationTest {

    private static final AccountId KEY = AccountId.of("key-1");
    private static final AccountId PARENT = AccountId.of("parent");
    private static final Instant RESERVED = Instant.parse("2026-03-10T12:00:00.000001Z");
    private static final Tags TAGGED = new Tags(Map.of(Tags.MODEL, "gpt-4o"));

    @Test
    void reservationsAreToldAsTheyWereWhateverWasStoredBefore() {
        Charge both = Charge.of(Amount.of(2, Meter.USD), Amount.of(7, Meter.TOKENS));
        ReservationState open = open(usd(5), Tags.NONE, null);
        ReservationState settled =
                open.settled(new Settlement(usd(3), usd(2), usd(2).zero(), false), null, RESERVED.plusSeconds(9));
        List<ReservationState> states = List.of(
                open,
                settled,
                settled,
                open.settled(new Settlement(usd(9), usd(5), usd(5).zero(), true), null, RESERVED.plusSeconds(700)),
                open(usd(5), TAGGED, RefusalCode.QUOTA_EXHAUSTED)
                        .settled(new Settlement(usd(3), usd(3), usd(3).zero(), false), null, RESERVED),
                open.changed(usd(4), RESERVED.plusSeconds(900), usd(1))
                        .settled(new Settlement(usd(3), usd(3), usd(3).zero(), false), null, RESERVED.plusSeconds(9)),
                open.changed(usd(4), RESERVED.plusSeconds(900), null)
                        .settled(new Settlement(usd(3), usd(3), usd(3).zero(), false), null, RESERVED.plusSeconds(9)),
                open.settled(
                        new Settlement(Charge.NONE, usd(0), usd(0).zero(), false),
                        UnbilledReason.values()[0],
                        RESERVED.plusSeconds(9)),
                open.ended(ReservationStatus.RELEASED, RESERVED.plusSeconds(9)),
                open.ended(ReservationStatus.EXPIRED, open.expiresAt()),
                settled.refunded(usd(1)),
                open(both, Tags.NONE, null)
                        .settled(new Settlement(both, both, both.zero(), false), null, RESERVED.plusSeconds(9)));

        List<ReservationState> told = new ArrayList<>();
        SettledReservation.Common latest = null;
        for (ReservationState state : states) {
            StoredReservation stored = StoredReservation.of(state, latest);
            told.add(stored.state());
            assertThat(stored.endedAt()).isEqualTo(state.endedAt());
            latest = stored instanceof SettledReservation settledOne ? settledOne.common() : latest;
        }

        assertThat(told).isEqualTo(states);
    }

    @Test
    void settledReservationsOfOneMeterTakeTheSmallForm() {
        ReservationState settled = open(usd(5), TAGGED, null)
                .settled(new Settlement(usd(3), usd(3), usd(3).zero(), false), null, RESERVED.plusSeconds(9));

        assertThat(StoredReservation.of(settled, null)).isInstanceOf(SettledReservation.class);
    }

    private static Charge usd(int amount) {
        return Charge.of(Amount.of(amount, Meter.USD));
    }

    private static ReservationState open(Charge charge, Tags tags, @Nullable RefusalCode observed) {
        Terms terms = new Terms(
                new RequestOrigin(RequestId.of("r-1"), KEY, tags),
                Operation.RESERVE,
                List.of(KEY, PARENT),
                charge,
                ReserveMode.ALL_OR_NOTHING,
                Duration.ofMinutes(10),
                observed);
        HoldPeriod period = new HoldPeriod(RESERVED, RESERVED.plusSeconds(600));
        return new ReservationState(terms, charge, period, ReservationStatus.HELD, null, null, null, null);
    }
}
