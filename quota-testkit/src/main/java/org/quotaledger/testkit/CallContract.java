package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.spi.QuotaStoreException;

/** How long a call may take, and what becomes of it when its caller is interrupted. */
abstract class CallContract extends ContractSection {

    private AccountId key;

    @SuppressWarnings("NullAway.Init") // Made before each test.
    CallContract() {}

    @BeforeEach
    void createAKey() {
        key = account("key", daily(100));
    }

    @Test
    void aViewWithAnotherTimeoutIsTheSameLedger() {
        QuotaLedger patient = ledger.within(Duration.ofMinutes(5));

        Reservation held = patient.reserve(request("r", key, 30).build()).orThrow();
        ledger.settle(id("r"), tokens(20)).orThrow();

        assertThat(held.settle(tokens(20)).orThrow().replayed()).isTrue();
        assertThat(patient.admin().account(key)).isEqualTo(ledger.admin().account(key));
        assertThat(patient.usage(key)).isEqualTo(ledger.usage(key));
        assertThat(usage(key)).isEqualTo("20 used, 0 held");
    }

    @Test
    void aTimeoutIsAMillisecondToADay() {
        for (Duration wrong : new Duration[] {
            Duration.ZERO,
            Duration.ofMillis(-1),
            Duration.ofNanos(999_999),
            Duration.ofDays(1).plusNanos(1)
        }) {
            assertThatThrownBy(() -> store.within(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("timeout is " + wrong + ": expected a millisecond to a day");
        }
        store.within(Duration.ofMillis(1));
        store.within(Duration.ofDays(1));
    }

    /** It may be answered all the same, if the store has nothing to wait for. */
    @Test
    void anInterruptHarmsNobodyButTheCallerWhoIsInterrupted() {
        Thread.currentThread().interrupt();
        try {
            ledger.reserve(request("interrupted", key, 1).build()).orThrow().release();
        } catch (QuotaStoreException gaveUp) {
            assertThat(gaveUp).hasMessageContaining("interrupted while waiting for the store");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }

        ledger.reserve(request("next", key, 1).build())
                .orThrow()
                .settle(tokens(1))
                .orThrow();
        ledger.release(id("interrupted"));
        assertThat(usage(key)).isEqualTo("1 used, 0 held");
    }
}
