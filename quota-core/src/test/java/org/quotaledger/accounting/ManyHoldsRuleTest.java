package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.Reservation;

/** Retry times and adjusts beside many holds. */
class ManyHoldsRuleTest extends PlainLedger {

    /** More than a step reads, and more than it expires one by one. */
    private static final int MANY = 250;

    /** Holds one token for each second of time to live. */
    private List<Reservation> holdForSeconds(AccountId account, int holds) {
        List<Reservation> held = new ArrayList<>();
        for (int seconds = 1; seconds <= holds; seconds++) {
            held.add(hold(account, 1, Duration.ofSeconds(seconds)));
        }
        return held;
    }

    private List<Reservation> hold(AccountId account, int holds, int progress) {
        List<Reservation> held = new ArrayList<>();
        for (int i = 0; i < holds; i++) {
            Reservation hold = hold(account, 2);
            if (progress > 0) {
                hold.progress(tokens(progress)).orThrow();
            }
            held.add(hold);
        }
        return held;
    }

    private Refusal refused(AccountId account, long tokens) {
        return refusal(reserve(account, tokens));
    }

    @Test
    void aRetryTimeIsTheEndOfTheWindowWhereThatComesFirst() {
        AccountId key = account("key", daily(MANY));
        Instant evening = MIDNIGHT.minusSeconds(50);
        clock.set(evening);
        holdForSeconds(key, MANY);

        assertThat(refused(key, 40).retry()).contains(evening.plusSeconds(40));
        assertThat(refused(key, 200).retry()).contains(MIDNIGHT);
    }

    @Test
    void aRefusedAdjustPastExpiriesLeavesItsHold() {
        AccountId key = account("key", daily(2 * MANY));
        Reservation living = hold(key, 1, Duration.ofHours(1));
        hold(key, MANY - 1, 0);
        clock.advance(TIME_TO_LIVE);

        assertThat(living.adjust(tokens(2 * MANY + 1)).done()).isFalse();

        assertThat(usage(key)).isEqualTo("0 used, 1 held");
        living.adjust(tokens(2 * MANY)).orThrow();
        assertThat(usage(key)).isEqualTo("0 used, 500 held");
    }
}
