package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Tags;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/** Past alerts are looked up only where an answer can change, and only within the interval that counts. */
class LateAlertsTest {

    private static final AccountId KEY = AccountId.of("key");
    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final QuotaLimit DAY =
            QuotaLimit.of("day", Amount.of(100, Meter.TOKENS), QuotaWindow.daily(ZoneOffset.UTC));
    private static final WindowSpan TODAY = DAY.window().spanAt(NOON);

    private final List<Facts.AlertsOf> asked = new ArrayList<>();
    private final Facts facts = new Alerts();
    private Map<String, Instant> alerted = Map.of();

    private static WorkingAccount state(long used, @Nullable DebouncedAlerts debounced) {
        Account account = Account.builder(KEY).build();
        Counter row = new Counter(
                KEY,
                "day",
                DAY.window(),
                Meter.TOKENS,
                TODAY,
                new Counter.Values(used, 0, Math.max(85, used), debounced, null, NOON));
        return new WorkingAccount(
                new AccountEntry(account, 1, Instant.EPOCH, null, null, Instant.EPOCH, List.of(), Map.of()),
                List.of(new LimitEntry(DAY, Instant.EPOCH)),
                List.of(row));
    }

    private static DebouncedAlerts debounced(String... levels) {
        return new DebouncedAlerts(List.of(levels), NOON);
    }

    private UnitOfWork charge(WorkingAccount account, Instant at) {
        UnitOfWork work = open(account);
        new Command.DirectCharge(RequestId.of("c"), KEY, new Charge(List.of(Amount.of(1, Meter.TOKENS))), Tags.NONE)
                .decide(work, at);
        return work;
    }

    private UnitOfWork open(WorkingAccount account) {
        return new UnitOfWork(List.of(account), null, List.of(), null, facts);
    }

    private static Counter rowAfter(UnitOfWork work) {
        return work.counters().get(0);
    }

    /** Facts of an account without holds. */
    private final class Alerts implements Facts {

        @Override
        public AccountHolds holds(HoldsOf holds) {
            throw new AssertionError("asks for " + holds);
        }

        @Override
        public Counter recount(Recount row) {
            throw new AssertionError("asks for " + row);
        }

        @Override
        public Map<String, Instant> alerts(AlertsOf alerts) {
            asked.add(alerts);
            return alerted;
        }

        @Override
        public List<WorkingAccount> overflow(AccountId to) {
            throw new AssertionError("asks for " + to);
        }
    }

    @Test
    void aChargeAboveAPublishedThresholdLooksNothingUp() {
        charge(state(85, null), NOON.plus(HOUR));

        assertThat(asked).isEmpty();
    }

    @Test
    void aChargeWithinTheIntervalLooksNothingUpAndKeepsTheRowsDebouncedAlerts() {
        UnitOfWork step = charge(state(85, debounced("80%")), NOON.plus(HOUR).minusNanos(1_000));

        assertThat(asked).isEmpty();
        assertThat(rowAfter(step).debounced()).isEqualTo(debounced("80%"));
    }

    @Test
    void aChargeBelowWhatIsDebouncedLooksNothingUpHoweverLateItIs() {
        charge(state(84, debounced("90%", "95%")), NOON.plus(HOUR));

        assertThat(asked).isEmpty();
    }

    @Test
    void theFirstChargeAfterTheIntervalLooksUpTheIntervalAroundItAndPublishes() {
        Instant due = NOON.plus(HOUR);

        UnitOfWork step = charge(state(85, debounced("80%")), due);

        assertThat(asked).containsExactly(new Facts.AlertsOf(KEY, "day", NOON, due.plus(HOUR)));
        assertThat(step.events())
                .extracting(event -> ((LedgerEvent.Alert) event).threshold().level() + " at " + event.at())
                .containsExactly("80% at " + due);
        assertThat(rowAfter(step).debounced()).isNull();
        assertThat(rowAfter(step).used()).isEqualTo(86);
    }

    @Test
    void whatHasAlertedAgainMeanwhileWaitsForAnotherInterval() {
        Instant again = NOON.plus(Duration.ofMinutes(30));
        alerted = Map.of("90%", again);

        UnitOfWork step = charge(state(91, debounced("80%", "90%")), NOON.plus(HOUR));

        assertThat(step.events()).hasSize(1);
        assertThat(rowAfter(step).debounced()).isEqualTo(new DebouncedAlerts(List.of("90%"), again));
    }

    @Test
    void aDecisionStandsUntilADebouncedAlertIsDue() {
        assertThat(state(85, debounced("80%")).unchangedUntil(NOON)).isEqualTo(NOON.plus(HOUR));
        assertThat(state(85, null).unchangedUntil(NOON)).isEqualTo(TODAY.endExclusive());
    }

    @Test
    void refusalsAreLookedUpInTheirOwnSpanOnly() {
        RefusalCount count = new RefusalCount(KEY, "day", TODAY, RefusalCode.QUOTA_EXHAUSTED, NOON, NOON, 3, Tags.NONE);

        new Command.CountRefusals(RequestId.of("c"), KEY, List.of(count))
                .decide(open(state(100, null)), NOON.plus(Duration.ofDays(2)));

        assertThat(asked)
                .containsExactly(
                        new Facts.AlertsOf(KEY, "day", TODAY.startInclusive().minusNanos(1_000), TODAY.endExclusive()));
    }
}
