package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
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
}
