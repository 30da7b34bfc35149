package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.UnbilledReason;
import org.quotaledger.window.QuotaWindow;

/** Reserves of other modes, and unbilled ones. */
class ReserveModeTest extends PlainLedger {

    private static final Charge ONE_REQUEST = Charge.of(Amount.ofUnits(1, Meter.REQUESTS));

    @Test
    void atMostGrantsAllWhereAllFits() {
        AccountId key = account("key", daily(10));

        assertThat(ledger.reserve(atMost(key, 10).build()).orThrow().held()).isEqualTo(tokens(10));
    }

    @Test
    void atMostIsRefusedOnlyWhereNothingIsLeft() {
        AccountId key = account("key", daily(10));
        spend(key, 9);

        assertThat(ledger.reserve(atMost(key, 100).build()).orThrow().held()).isEqualTo(tokens(1));
        Refusal refusal = refusal(ledger.reserve(atMost(key, 100).build()));

        assertThat(refusal.code()).isEqualTo(RefusalCode.QUOTA_INSUFFICIENT);
        assertThat(onlyLimit(refusal).requested()).isEqualTo(amount(100));
    }

    @Test
    void atMostLooksAtEachMeterByItself() {
        AccountId key = account("key", daily(10));
        spend(key, 6);

        Reservation hold = ledger.reserve(ReserveRequest.builder(key, tokensAndRequests(8, 3))
                        .mode(ReserveMode.AT_MOST)
                        .build())
                .orThrow();

        assertThat(hold.held()).isEqualTo(tokensAndRequests(4, 3));
    }

    @Test
    void atMostOfAGracefulLimitGrantsAllOrNothing() {
        AccountId key = account("key", limit("daily", 10, DAILY).graceful().build());
        spend(key, 9);

        assertThat(ledger.reserve(atMost(key, 50).build()).orThrow().held()).isEqualTo(tokens(50));
        assertThat(ledger.reserve(atMost(key, 50).build()).granted()).isFalse();
    }

    @Test
    void checkOpensNoWindow() {
        AccountId key = account(
                "key",
                limit("daily", 10, QuotaWindow.sinceFirstUse(Duration.ofHours(1)))
                        .build());
        ledger.check(key, tokens(1));
        clock.advance(Duration.ofMinutes(30));

        spend(key, 10);

        assertThat(status(key, "daily").span().startInclusive()).isEqualTo(clock.instant());
    }

    @Test
    void anObservedReserveSettlesAsAnyOther() {
        AccountId key = account("key", daily(1));
        Reservation hold = ledger.reserve(observing(key, 5).build()).orThrow();

        hold.settle(tokens(4)).orThrow();

        assertThat(usage(key)).isEqualTo("4 used, 0 held");
    }

    @Test
    void growingAnObservedReserveIsNotRefusedEither() {
        AccountId key = account("key", daily(1));
        Reservation hold = ledger.reserve(observing(key, 5).build()).orThrow();

        assertThat(hold.adjust(tokens(9)).done()).isTrue();
        assertThat(usage(key)).isEqualTo("0 used, 9 held");
    }

    @Test
    void unbilledThatCountsIsSettledByItsAmountToo() {
        AccountId key = account("key", daily(10));
        Reservation passed = ledger.reserve(counting(key, "u").build()).orThrow();

        assertThat(passed.settle(ONE_REQUEST).orThrow().charged()).isEqualTo(ONE_REQUEST);

        assertThat(passed.settle(ONE_REQUEST).orThrow().replayed()).isTrue();
        assertThat(state(passed).unbilled()).isEqualTo(UnbilledReason.PRICE_NOT_FOUND);
        assertThat(journalLines()).containsExactly("SETTLE key 1 requests", "UNBILLED key PRICE_NOT_FOUND");
    }

    @Test
    void unbilledThatCountsIsAnotherRequestThanOneThatIsBilled() {
        AccountId key = account("key", daily(10));
        ledger.reserve(counting(key, "u").build()).orThrow();

        assertThat(conflict(ledger.reserve(
                        ReserveRequest.builder(key, ONE_REQUEST).id("u").build())))
                .isEqualTo("unbilled");
        assertThat(((Admission.Granted) ledger.reserve(counting(key, "u").build())).replayed())
                .isTrue();
    }

    @Test
    void unbilledIsRefusedByASuspensionOnlyOfALimitOnWhatItCounts() {
        QuotaLimit rate = QuotaLimit.builder("rate", ONE_REQUEST.amounts().get(0), DAILY)
                .noAlerts()
                .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                .build();
        AccountId byTokens = account("by-tokens", suspending("daily", 10, DAILY));
        AccountId byRequests = account("by-requests", rate);
        spend(byTokens, 10);
        ledger.charge(id("c"), byRequests, ONE_REQUEST).orThrow();

        assertThat(ledger.reserve(counting(byTokens, "u-1").build()).granted()).isTrue();
        assertThat(refusal(ledger.reserve(counting(byRequests, "u-2").build())).code())
                .isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);
    }

    private static ReserveRequest.Builder counting(AccountId key, String id) {
        return ReserveRequest.unbilled(key, UnbilledReason.PRICE_NOT_FOUND, ONE_REQUEST)
                .id(id);
    }

    @Test
    void unbilledOpensNoWindow() {
        AccountId key = account(
                "key",
                limit("daily", 10, QuotaWindow.sinceFirstUse(Duration.ofHours(1)))
                        .build());
        ledger.reserve(
                ReserveRequest.unbilled(key, UnbilledReason.MODEL_MISSING).build());
        clock.advance(Duration.ofMinutes(30));

        spend(key, 1);

        assertThat(status(key, "daily").span().startInclusive()).isEqualTo(clock.instant());
    }
}
