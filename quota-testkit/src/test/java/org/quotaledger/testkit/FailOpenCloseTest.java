package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.memory.InMemoryQuotaStore;
import org.quotaledger.outage.FailOpenQuotaStore;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;

/** What becomes of requests that were let through and are not recorded when the store is closed. */
class FailOpenCloseTest {

    private final ManualClock clock = new ManualClock(Instant.parse("2026-03-10T12:00:00Z"));
    private final FailingStore failing = new FailingStore(new InMemoryQuotaStore(clock));
    private final QuotaLedger ledger = QuotaLedger.over(
            FailOpenQuotaStore.builder(failing.store()).clock(clock).build());

    @Test
    void onlyACostThatIsLostIsAnError() {
        failing.become(FailingStore.Outage.AWAY);
        letThrough("settled").settle(tokens(25)).orThrow();
        letThrough("released").close();
        letThrough("held");

        List<String> log = logOf(ledger::close);

        assertThat(log)
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains("ERROR", "request settled of key", "cost 25 tokens"),
                        line -> assertThat(line)
                                .contains("WARN", "request held of key")
                                .doesNotContain("cost"));
    }

    @Test
    void nothingIsSettledAfterItThatNothingWouldRecord() {
        failing.become(FailingStore.Outage.AWAY);
        Reservation held = letThrough("held");

        ledger.close();

        assertThatThrownBy(() -> held.settle(tokens(25))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> letThrough("later")).isInstanceOf(IllegalStateException.class);
    }

    private Reservation letThrough(String id) {
        return ledger.reserve(ReserveRequest.builder(AccountId.of("key"), tokens(30))
                        .id(id)
                        .build())
                .orThrow();
    }

    private static Charge tokens(long units) {
        return Charge.of(Amount.ofUnits(units, Meter.TOKENS));
    }

    private static List<String> logOf(Runnable action) {
        PrintStream before = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setErr(before);
        }
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
