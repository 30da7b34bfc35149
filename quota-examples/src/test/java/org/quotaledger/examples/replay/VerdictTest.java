package org.quotaledger.examples.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Counter;
import org.quotaledger.amount.Meter;
import org.quotaledger.spi.UsageAudit;
import org.quotaledger.window.QuotaWindow;

class VerdictTest {

    private static final QuotaWindow DAILY = QuotaWindow.daily(ZoneOffset.UTC);
    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
    private static final AccountId KEY = AccountId.of("run/key-1");
    private static final Cell TODAY = Cell.of(KEY, NOON, DAILY);

    private static UsageAudit counter(long used, long journalUsed) {
        Counter row = new Counter(
                KEY, "daily", DAILY, Meter.TOKENS, DAILY.spanAt(NOON), Counter.Values.of(used, 0, null, NOON));
        return new UsageAudit(row, BigInteger.valueOf(journalUsed), BigInteger.ZERO);
    }

    private static Tally answers(Sums charged) {
        Tally tally = new Tally(DAILY);
        tally.add(KEY, NOON, new Figures(1, 1, Map.of(), 0, 0, charged));
        return tally;
    }

    @Test
    void saysHowManyCountersEqualTheJournal() {
        Sums sums = new Sums(1, 30, 5);

        Verdict verdict = Verdict.of(List.of(counter(30, 30)), new TreeMap<>(Map.of(TODAY, sums)), answers(sums));

        assertThat(verdict.agrees()).isTrue();
        assertThat(verdict.lines()).containsExactly("audit: counters equal the journal (1 counters)");
    }

    @Test
    void namesACounterThatIsNotWhatTheJournalSays() {
        Sums sums = new Sums(1, 30, 5);

        Verdict verdict = Verdict.of(
                List.of(counter(30, 30), counter(31, 30)), new TreeMap<>(Map.of(TODAY, sums)), answers(sums));

        assertThat(verdict.agrees()).isFalse();
        assertThat(verdict.lines())
                .containsExactly(
                        "audit: 1 differences (2 counters)",
                        "  run/key-1 daily 2026-03-10T00:00:00Z/2026-03-11T00:00:00Z: used 31 and held 0, but the"
                                + " journal says 30 and the holds 0");
    }

    @Test
    void namesAChargeThatWasAnsweredAndNotJournaledAndTheOtherWayRound() {
        Cell yesterday = Cell.of(KEY, NOON.minusSeconds(86_400), DAILY);

        Verdict verdict =
                Verdict.of(List.of(), new TreeMap<>(Map.of(yesterday, new Sums(1, 7, 0))), answers(new Sums(1, 30, 5)));

        assertThat(verdict.differences())
                .containsExactly(
                        "run/key-1 2026-03-10T00:00:00Z/2026-03-11T00:00:00Z: the journal says 0 requests, 0 tokens,"
                                + " 0.00000000 usd, but the answers 1 requests, 30 tokens, 0.00000005 usd",
                        "run/key-1 2026-03-09T00:00:00Z/2026-03-10T00:00:00Z: the journal says 1 requests, 7 tokens,"
                                + " 0.00000000 usd, but the answers 0 requests, 0 tokens, 0.00000000 usd");
    }
}
