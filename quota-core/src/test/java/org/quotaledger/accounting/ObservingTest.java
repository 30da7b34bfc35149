package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.Reservation;

/** Limits that observe. */
class ObservingTest extends PlainLedger {

    private static QuotaLimit observingLimit(long tokens) {
        return limit("daily", tokens, DAILY)
                .onExhaustion(ExhaustionAction.observe())
                .build();
    }

    @Test
    void anObservingLimitDoesNotHideOneThatRefuses() {
        AccountId key =
                account("key", observingLimit(10), limit("hourly", 5, HOURLY).build());

        assertThat(limitNames(refusal(reserve(key, 11)))).containsExactly("key/hourly");
        assertThat(reserve(key, 5).granted()).isTrue();
    }

    @Test
    void anObservingLimitTakesNothingFromWhatAnAtMostReserveGets() {
        AccountId key =
                account("key", observingLimit(10), limit("hourly", 50, HOURLY).build());

        assertThat(ledger.reserve(atMost(key, 20).build()).orThrow().held()).isEqualTo(tokens(20));
    }

    @Test
    void aHoldGrowsPastAnObservingLimit() {
        AccountId key = account("key", observingLimit(10));
        Reservation hold = hold(key, 10);

        assertThat(hold.adjust(tokens(20)).done()).isTrue();
    }
}
