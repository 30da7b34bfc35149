package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.AccountStatus;
import org.quotaledger.accounting.JournalKind;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.Suspension;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Reservation;

/** What happens when a limit is used up: what it refuses from then on, or only observes. */
abstract class ExhaustionContract extends SuspendingSection {

    private static QuotaLimit observing(long tokens) {
        return limit("daily", tokens, DAILY)
                .onExhaustion(ExhaustionAction.observe())
                .build();
    }

    // Facts

    @Test
    void strictRefusesWhatDoesNotFitAndAdmitsWhatDoes() {
        AccountId key = account("key", daily(100));
        spend(key, 70);

        assertThat(code(key, 31)).isEqualTo(RefusalCode.QUOTA_INSUFFICIENT);
        assertThat(usage(key)).isEqualTo("70 used, 0 held");
        assertThat(reserve(key, 30).granted()).isTrue();
    }

    @Test
    void aRefusalForLackOfRoomNeitherExhaustsNorSuspends() {
        AccountId key = account("key", suspending(50));

        assertThat(reserve(key, 60).granted()).isFalse();

        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(status(key, "daily").exhausted()).isFalse();
        assertThat(entry(key).version()).isEqualTo(1);
    }

    @Test
    void gracefulLetsTheRequestThatCrossesFinishAndRefusesTheNext() {
        AccountId key = account("key", limit("daily", 100, DAILY).graceful().build());
        spend(key, 90);

        spend(key, 60);

        assertThat(usage(key)).isEqualTo("150 used, 0 held");
        assertThat(code(key, 1)).isEqualTo(RefusalCode.QUOTA_EXHAUSTED);
    }

    @Test
    void exactlyAllUsedIsExhausted() {
        AccountId key = account("key", daily(100));

        spend(key, 100);

        assertThat(status(key, "daily").exhausted()).isTrue();
        assertThat(code(key, 1)).isEqualTo(RefusalCode.QUOTA_EXHAUSTED);
    }

    @Test
    void aLifetimeBudgetThatWasPassedAdmitsAgainAboveWhatIsUsedOnly() {
        AccountId key = account("key", budget("1.00"));
        Reservation hold = ledger.reserve(key, usd("1.00")).orThrow();
        hold.settle(usd("1.25")).orThrow();

        assertThat(status(key, "budget").used()).isEqualTo(Amount.of("1.25", Meter.USD));
        assertThat(status(key, "budget").exhausted()).isTrue();
        admin.override(key, budget("1.25"));
        assertThat(status(key, "budget").exhausted()).isTrue();
        assertThat(refusal(ledger.reserve(key, usd("0.01"))).code()).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);
        assertThat(suspension(key)).isEqualTo(new Suspension(NOON, null, "budget"));
        admin.override(key, budget("1.26"));
        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(ledger.reserve(key, usd("0.01")).granted()).isTrue();
    }

    private static QuotaLimit budget(String usd) {
        return QuotaLimit.builder("budget", Amount.of(usd, Meter.USD), LIFETIME)
                .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                .noAlerts()
                .build();
    }

    private static Charge usd(String amount) {
        return Charge.of(Amount.of(amount, Meter.USD));
    }

    @Test
    void whatIsHeldExhaustsNothing() {
        AccountId key = account("key", suspending(10));

        Reservation hold = hold(key, 10);

        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        hold.release();
    }

    // Observing

    @Test
    void anObservingLimitRefusesNothingAndRecordsWhatItWouldHave() {
        AccountId key = account("key", observing(10));
        spend(key, 8);

        assertThat(reserve(key, 2).orThrow().release().done()).isTrue();
        assertThat(journal().stream().filter(row -> row.kind() == JournalKind.OBSERVED))
                .isEmpty();
        Reservation passed = hold(key, 3);
        assertThat(state(passed).observed()).isEqualTo(RefusalCode.QUOTA_INSUFFICIENT);
        passed.settle(tokens(3)).orThrow();

        assertThat(usage(key)).isEqualTo("11 used, 0 held");
        assertThat(onlyRow(JournalKind.OBSERVED).reason()).isEqualTo("quota_insufficient");
        List<String> observed = reserve(key, 1)
                .fold(
                        granted -> limitNames(granted.observed().orElseThrow()),
                        refused -> List.<String>of(),
                        conflict -> List.<String>of());
        assertThat(observed).containsExactly("key/daily");
    }

    @Test
    void anObservingLimitDoesNotHideOneThatRefuses() {
        AccountId key = account("key", observing(10), limit("hourly", 5, HOURLY).build());

        assertThat(limitNames(refusal(reserve(key, 11)))).containsExactly("key/hourly");
        assertThat(reserve(key, 5).granted()).isTrue();
    }

    @Test
    void anObservingLimitTakesNothingFromWhatAnAtMostReserveGets() {
        AccountId key =
                account("key", observing(10), limit("hourly", 50, HOURLY).build());

        assertThat(ledger.reserve(atMost(key, 20).build()).orThrow().held()).isEqualTo(tokens(20));
    }

    @Test
    void aHoldGrowsPastAnObservingLimit() {
        AccountId key = account("key", observing(10));
        Reservation hold = hold(key, 10);

        assertThat(hold.adjust(tokens(20)).done()).isTrue();
    }
}
