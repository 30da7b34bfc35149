package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.report.ReportQuery;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.UnbilledReason;
import org.quotaledger.window.QuotaWindow;

/** What a reserve does in other modes: at most, only checked, observed; and one that is not billed. */
abstract class ReserveModeContract extends ContractSection {

    private static final Charge ONE_REQUEST = Charge.of(Amount.ofUnits(1, Meter.REQUESTS));

    @Test
    void atMostGrantsWhatFitsAllLimitsOfTheChain() {
        AccountId team = account("team", daily(9));
        AccountId key = account(
                "key",
                team,
                daily(7),
                limit("weekly", 5, QuotaWindow.weekly(ZoneOffset.UTC)).build());
        spend(team, 6);

        Reservation hold = ledger.reserve(atMost(key, 8).build()).orThrow();

        assertThat(hold.held()).isEqualTo(tokens(3));
        assertThat(state(hold).requested()).isEqualTo(tokens(8));
        assertThat(usageOfAll(key)).isEqualTo("key/daily 0+3, key/weekly 0+3, team/daily 6+3");
    }

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
    void replayOfAtMostComparesWhatWasAskedAndAnswersWhatWasGranted() {
        AccountId key = account("key", daily(10));
        ReserveRequest request = request("r", key, 15).mode(ReserveMode.AT_MOST).build();
        ledger.reserve(request).orThrow();

        Admission again = ledger.reserve(request);

        assertThat(again).isInstanceOfSatisfying(Admission.Granted.class, granted -> {
            assertThat(granted.replayed()).isTrue();
            assertThat(granted.reservation().held()).isEqualTo(tokens(10));
        });
        assertThat(conflict(ledger.reserve(
                        request("r", key, 10).mode(ReserveMode.AT_MOST).build())))
                .isEqualTo("charge");
    }

    @Test
    void checkTellsWhatAReserveWouldAndHasNoEffect() {
        AccountId key = account("key", daily(10));
        spend(key, 4);

        for (int i = 0; i < 5; i++) {
            assertThat(ledger.check(key, tokens(6)).admissible()).isTrue();
        }
        Refusal checked = ledger.check(key, tokens(7)).fold(charge -> null, refusal -> refusal);

        assertThat(checked).isEqualTo(refusal(reserve(key, 7)));
        assertThat(usage(key)).isEqualTo("4 used, 0 held");
        assertThat(journal()).hasSize(1);
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
    void observeIsNeverRefusedByALimitAndTellsWhatItWouldHaveBeenRefusedFor() {
        AccountId key = account("key", daily(10));
        spend(key, 8);

        Admission fits = ledger.reserve(observing(key, 2).build());
        Admission passes = ledger.reserve(observing(key, 5).id("o").build());

        assertThat(observed(fits)).isEqualTo("nothing");
        assertThat(observed(passes)).isEqualTo("quota_insufficient");
        assertThat(usage(key)).isEqualTo("8 used, 7 held");
        assertThat(journalLines()).contains("OBSERVED key quota_insufficient").hasSize(2);
        assertThat(state(id("o")).terms().observed()).isEqualTo(RefusalCode.QUOTA_INSUFFICIENT);
    }

    /** Says what an observing reserve would have been refused for. */
    private static String observed(Admission admission) {
        Admission.Granted granted = (Admission.Granted) admission;
        return granted.observed().map(refusal -> refusal.code().text()).orElse("nothing");
    }

    @Test
    void replayOfAnObservedReserveJournalsNothingMore() {
        AccountId key = account("key", daily(1));
        ReserveRequest request = observing(key, 5).id("o").build();
        ledger.reserve(request);

        Admission again = ledger.reserve(request);

        assertThat(observed(again)).isEqualTo("nothing");
        assertThat(journal()).hasSize(1);
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
    void unbilledPassesAnExhaustedQuotaAndChargesNothing() {
        AccountId key = account("key", daily(10));
        spend(key, 10);

        for (UnbilledReason reason : UnbilledReason.values()) {
            Reservation passed =
                    ledger.reserve(ReserveRequest.unbilled(key, reason).build()).orThrow();
            assertThat(passed.held()).isEqualTo(Charge.NONE);
            assertThat(state(passed).status()).isEqualTo(ReservationStatus.SETTLED);
            assertThat(state(passed).unbilled()).isEqualTo(reason);
        }

        assertThat(usage(key)).isEqualTo("10 used, 0 held");
        assertThat(journalLines())
                .containsExactly(
                        "SETTLE key 10 tokens",
                        "UNBILLED key MODEL_MISSING",
                        "UNBILLED key USAGE_MISSING",
                        "UNBILLED key USAGE_INVALID",
                        "UNBILLED key PRICE_NOT_FOUND",
                        "UNBILLED key UNBILLED");
    }

    @Test
    void unbilledCountsWhatItsCallerSaysWithinTheLimitsOnThat() {
        QuotaLimit aMinute = QuotaLimit.builder("rate", ONE_REQUEST.amounts().get(0), HOURLY)
                .noAlerts()
                .build();
        AccountId key = account("key", daily(10), aMinute);
        spend(key, 10);

        Admission first = ledger.reserve(counting(key, "u-1").build());
        first.orThrow().settleUnbilled(UnbilledReason.PRICE_NOT_FOUND).orThrow();
        Refusal second = refusal(ledger.reserve(counting(key, "u-2").build()));

        assertThat(second.limits()).extracting(limit -> limit.limit().name()).containsExactly("rate");
        assertThat(second.retry()).contains(NOON.plus(Duration.ofHours(1)));
        assertThat(usageOfAll(key)).isEqualTo("key/daily 10+0, key/rate 1+0");
        assertThat(journalLines())
                .containsExactly("SETTLE key 10 tokens", "SETTLE key 1 requests", "UNBILLED key PRICE_NOT_FOUND");
        assertThat(ledger.reports().totals(ReportQuery.ALL).requests()).isEqualTo(2);
        assertThat(ledger.reports().totals(ReportQuery.ALL).unbilledRequests()).isEqualTo(1);
    }

    @Test
    void unbilledThatCountsIsHeldAndReleasedLikeAnyOther() {
        AccountId key = account("key", daily(10));
        Reservation failed = ledger.reserve(counting(key, "u").build()).orThrow();

        assertThat(failed.held()).isEqualTo(ONE_REQUEST);
        assertThat(state(failed).status()).isEqualTo(ReservationStatus.HELD);
        assertThat(state(failed).unbilled()).isEqualTo(UnbilledReason.PRICE_NOT_FOUND);
        failed.close();

        assertThat(state(failed).status()).isEqualTo(ReservationStatus.RELEASED);
        assertThat(journal()).isEmpty();
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
    void unbilledIsIdempotentByItsId() {
        AccountId key = account("key", daily(10));
        ReserveRequest request = ReserveRequest.unbilled(key, UnbilledReason.MODEL_MISSING)
                .id("u")
                .build();
        ledger.reserve(request);

        assertThat(((Admission.Granted) ledger.reserve(request)).replayed()).isTrue();
        assertThat(ledger.reserve(request).granted()).isFalse();
        assertThat(conflict(ledger.reserve(ReserveRequest.unbilled(key, UnbilledReason.UNBILLED)
                        .id("u")
                        .build())))
                .isEqualTo("unbilled");
        assertThat(journal()).hasSize(1);
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
