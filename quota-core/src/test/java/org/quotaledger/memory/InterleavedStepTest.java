package org.quotaledger.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Released;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.window.QuotaWindow;

/** What comes between the moment when a step takes its locks and the moment when it is decided. */
class InterleavedStepTest {

    private static final AccountId KEY = AccountId.of("key-1");
    private static final RequestId ID = RequestId.of("r-1");
    private static final Charge THREE = Charge.of(Amount.of(3, Meter.USD));

    /** What to do when the clock is next read, which a step does when it has its locks. */
    private final AtomicReference<Runnable> atNextStep = new AtomicReference<>();

    private final QuotaLedger ledger = QuotaLedger.over(new InMemoryQuotaStore(new InterruptingClock()));

    @Test
    void releaseLeaksNoHoldOfAReserveThatComesBetween() {
        ledger.admin()
                .createAccount(Account.builder(KEY)
                        .override(QuotaLimit.of("daily", Amount.of(5, Meter.USD), QuotaWindow.daily(ZoneOffset.UTC)))
                        .build());
        atNextStep.set(
                () -> ledger.reserve(ReserveRequest.builder(KEY, THREE).id(ID).build())
                        .orThrow());

        Answer<Released> between = ledger.release(ID);
        Answer<Released> after = ledger.release(ID);

        assertThat(between.done()).isFalse();
        assertThat(after.done()).isTrue();
        assertThat(ledger.usage(KEY))
                .singleElement()
                .satisfies(status -> assertThat(status.held().isZero()).isTrue());
        assertThat(ledger.admin().audit()).isEmpty();
    }

    private final class InterruptingClock extends Clock {
        @Override
        public Instant instant() {
            Runnable interruption = atNextStep.getAndSet(null);
            if (interruption != null) {
                interruption.run();
            }
            return Instant.parse("2026-03-10T12:00:00Z");
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
