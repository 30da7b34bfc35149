package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;

/** What is told beside alerts: limits that are exhausted and holds that expired, each once. */
abstract class EventContract extends ContractSection {

    private <E extends LedgerEvent> List<E> told(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    @Test
    void aLimitIsExhaustedByTheChargeThatReachesItsAmount() {
        AccountId key = account("key", daily(10));
        spend(key, 9);
        assertThat(events).isEmpty();
        clock.advance(Duration.ofMinutes(1));

        spend(key, 1);

        LedgerEvent.Exhausted exhausted = told(LedgerEvent.Exhausted.class).get(0);
        assertThat(events)
                .containsExactly(new LedgerEvent.Exhausted(
                        exhausted.id(),
                        key,
                        clock.instant(),
                        new LedgerEvent.LimitUse("daily", status(key, "daily").span(), amount(10), amount(10)),
                        LedgerEvent.Cause.CHARGE));
    }

    @Test
    void anExhaustedLimitIsToldOnceInItsWindowThoughRefundsMakeRoomAgain() {
        AccountId key = account("key", daily(10));
        Reservation spent = spend(key, 10);
        ledger.charge(id("more"), key, tokens(5)).orThrow();
        ledger.refund(id("f"), spent.id(), tokens(10)).orThrow();

        ledger.charge(id("again"), key, tokens(5)).orThrow();
        assertThat(told(LedgerEvent.Exhausted.class)).hasSize(1);
        clock.set(MIDNIGHT);
        spend(key, 10);

        assertThat(told(LedgerEvent.Exhausted.class)).hasSize(2);
    }

    @Test
    void anExpiredHoldIsToldByTheSweepOnce() {
        AccountId team = account("team", daily(100));
        AccountId key = account("key", team, daily(100));
        Reservation hold = ledger.reserve(ReserveRequest.builder(key, tokensAndRequests(5, 1))
                        .timeToLive(TIME_TO_LIVE)
                        .build())
                .orThrow();
        clock.advance(TIME_TO_LIVE.plusSeconds(5));
        spend(team, 1);
        assertThat(events).isEmpty();

        admin.sweep(10);
        admin.sweep(10);

        LedgerEvent.HoldExpired expired = told(LedgerEvent.HoldExpired.class).get(0);
        assertThat(events)
                .containsExactly(new LedgerEvent.HoldExpired(expired.id(), key, NOON.plus(TIME_TO_LIVE), hold.id()));
    }

    @Test
    void aLateSettleTellsThatTheHoldExpiredUnlessTheSweepHas() {
        AccountId key = account("key", daily(100));
        Reservation unswept = hold(key, 5);
        clock.advance(TIME_TO_LIVE);
        unswept.settle(tokens(5)).orThrow();
        assertThat(told(LedgerEvent.HoldExpired.class))
                .extracting(LedgerEvent.HoldExpired::reservation)
                .containsExactly(unswept.id());

        Reservation swept = hold(key, 5);
        clock.advance(TIME_TO_LIVE);
        admin.sweep(10);
        swept.settle(tokens(5)).orThrow();
        admin.sweep(10);

        assertThat(told(LedgerEvent.HoldExpired.class))
                .extracting(LedgerEvent.HoldExpired::reservation)
                .containsExactly(unswept.id(), swept.id());
    }
}
