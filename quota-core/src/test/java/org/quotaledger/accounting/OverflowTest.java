package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.UnbilledReason;

/** The choice of the account that an overflowing request is charged to. */
class OverflowTest extends PlainLedger {

    private static final Instant ONE = Instant.parse("2026-03-10T13:00:00Z");

    private AccountId org = AccountId.of("org");

    private AccountId pool = AccountId.of("pool");

    private AccountId key = AccountId.of("key");

    @BeforeEach
    void aKeyThatOverflowsToAPool() {
        org = account("org", limit("daily", 1000, DAILY).build());
        pool = account("pool", org, limit("daily", 100, DAILY).build());
        key = account("key", overflowing(10, pool));
    }

    private static QuotaLimit overflowing(long tokens, AccountId to) {
        return limit("daily", tokens, DAILY)
                .onExhaustion(ExhaustionAction.overflowTo(to))
                .build();
    }

    @Test
    void whatHasRoomIsChargedToTheAccountItself() {
        spend(key, 10);

        assertThat(usage(key)).isEqualTo("10 used, 0 held");
        assertThat(usage(pool)).isEqualTo("0 used, 0 held");
    }

    @Test
    void aHoldDoesNotMoveWhenItGrows() {
        Reservation hold = hold(key, 10);

        assertThat(hold.adjust(tokens(11)).done()).isFalse();
        assertThat(usage(key)).isEqualTo("0 used, 10 held");
        hold.release();
    }

    @Test
    void anAccountThatMayNotReserveIsNoOverflow() {
        spend(key, 10);
        admin.suspend(pool, ONE);

        Refusal suspended = refusal(reserve(key, 1));
        assertThat(suspended.code()).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);
        assertThat(limitNames(suspended)).containsExactly("key/daily");
        assertThat(suspended.retry()).contains(ONE);

        admin.disable(pool);
        Refusal disabled = refusal(reserve(key, 1));
        assertThat(disabled.code()).isEqualTo(RefusalCode.QUOTA_EXHAUSTED);
        assertThat(disabled.retry()).contains(MIDNIGHT);
    }

    @Test
    void aSuspendedAccountDoesNotOverflow() {
        admin.suspend(key, ONE);

        assertThat(refusal(reserve(key, 11)).code()).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);
        assertThat(usage(pool)).isEqualTo("0 used, 0 held");
    }

    @Test
    void aCheckAndAnObservingReserveAndAnUnbilledOne() {
        assertThat(ledger.check(key, tokens(11)).admissible()).isTrue();
        assertThat(ledger.check(key, tokens(101)).admissible()).isFalse();
        assertThat(state(ledger.reserve(observing(key, 11).build()).orThrow()).chain())
                .containsExactly(key);
        assertThat(state(ledger.reserve(ReserveRequest.unbilled(key, UnbilledReason.MODEL_MISSING)
                                        .build())
                                .orThrow())
                        .chain())
                .containsExactly(key);
    }
}
