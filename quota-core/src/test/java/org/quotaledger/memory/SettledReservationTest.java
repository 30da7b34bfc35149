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
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationState.Origin;
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
        ReservationState settled = open.settled(usd(3), usd(2), null, RESERVED.plusSeconds(9), false);
        List<ReservationState> states = List.of(
                open,
                settled,
                settled,
                open.settled(usd(9), usd(5), null, RESERVED.plusSeconds(700), true),
                open(usd(5), TAGGED, RefusalCode.QUOTA_EXHAUSTED).settled(usd(3), usd(3), null, RESERVED, false),
                open.changed(usd(4), RESERVED.plusSeconds(900), usd(1))
                        .settled(usd(3), usd(3), null, RESERVED.plusSeconds(9), false),
                open.changed(usd(4), RESERVED.plusSeconds(900), null)
                        .settled(usd(3), usd(3), null, RESERVED.plusSeconds(9), false),
                open.settled(Charge.NONE, usd(0), UnbilledReason.values()[0], RESERVED.plusSeconds(9), false),
                open.ended(ReservationStatus.RELEASED, RESERVED.plusSeconds(9)),
                open.ended(ReservationStatus.EXPIRED, open.expiresAt()),
                settled.refunded(usd(1)),
                open(both, Tags.NONE, null).settled(both, both, null, RESERVED.plusSeconds(9), false));

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
        ReservationState settled =
                open(usd(5), TAGGED, null).settled(usd(3), usd(3), null, RESERVED.plusSeconds(9), false);

        assertThat(StoredReservation.of(settled, null)).isInstanceOf(SettledReservation.class);
    }

    private static Charge usd(int amount) {
        return Charge.of(Amount.of(amount, Meter.USD));
    }

    private static ReservationState open(Charge charge, Tags tags, @Nullable RefusalCode observed) {
        return new ReservationState(
                RequestId.of("r-1"),
                Origin.RESERVE,
                KEY,
                List.of(KEY, PARENT),
                charge,
                charge,
                ReserveMode.ALL_OR_NOTHING,
                Duration.ofMinutes(10),
                tags,
                null,
                observed,
                RESERVED,
                RESERVED.plusSeconds(600),
                ReservationStatus.HELD,
                null,
                null,
                null,
                charge.zero(),
                null,
                false);
    }
}
