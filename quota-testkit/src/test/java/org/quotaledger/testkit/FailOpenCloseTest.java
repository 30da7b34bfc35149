package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

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

/** What the log says of requests that were let through and are not recorded when the store is closed. */
class FailOpenCloseTest {

    @Test
    void onlyACostThatIsLostIsAnError() {
        ManualClock clock = new ManualClock(Instant.parse("2026-03-10T12:00:00Z"));
        FailingStore failing = new FailingStore(new InMemoryQuotaStore(clock));
        QuotaLedger ledger = QuotaLedger.over(
                FailOpenQuotaStore.builder(failing.store()).clock(clock).build());
        failing.become(FailingStore.Outage.AWAY);
        letThrough(ledger, "settled").settle(tokens(25)).orThrow();
        letThrough(ledger, "released").close();
        letThrough(ledger, "held");

        List<String> log = logOf(ledger::close);

        assertThat(log)
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains("ERROR", "request settled of key", "cost 25 tokens"),
                        line -> assertThat(line)
                                .contains("WARN", "request held of key")
                                .doesNotContain("cost"));
    }

    private static Reservation letThrough(QuotaLedger ledger, String id) {
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
