package org.quotaledger.testkit;

import java.time.Clock;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import org.quotaledger.spi.QuotaStore;

/**
 * Random histories, played on a store and on a ledger that is too simple to be wrong: every answer must be the same, and
 * used and held of every limit after every step, and what every limit counts is what the journal adds up to. A backend extends it and says how an empty store is opened; how many
 * histories are tried it says by {@link net.jqwik.api.PropertyDefaults}.
 *
 * <p>A failure prints its seed and the shortest history found that fails; with {@code @Property(seed = "…")} on an
 * overriding method, or jqwik's own parameters, it is played again.
 */
public abstract class NaiveLedgerComparison {

    /** Creates the test. */
    protected NaiveLedgerComparison() {}

    /**
     * Returns a store whose ledger is empty: no account, no policy, no journal. It is closed when the history is over.
     *
     * @param clock what the store must tell the time by
     */
    protected abstract QuotaStore openStore(Clock clock);

    /** Every build plays the same histories, so that none fails by luck; the long run plays new ones each time. */
    @Property(seed = "1259361917092321845", generation = GenerationMode.RANDOMIZED, edgeCases = EdgeCasesMode.NONE)
    void answersAsTheNaiveLedgerDoes(@ForAll("histories") LedgerHistory history) {
        history.play(this::openStore);
    }

    @Property(tries = 20_000, generation = GenerationMode.RANDOMIZED, edgeCases = EdgeCasesMode.NONE)
    @Tag("long")
    void answersAsTheNaiveLedgerDoesForLong(@ForAll("histories") LedgerHistory history) {
        history.play(this::openStore);
    }

    /**
     * No sequence of edits, resets, top-ups, charges and refunds by hand makes what is used differ from what the journal
     * adds up to, or lets a reserve pass a strict limit, whatever else happens in between.
     */
    @Property(seed = "-4467301957921680213", generation = GenerationMode.RANDOMIZED, edgeCases = EdgeCasesMode.NONE)
    void noEditMakesUsedDifferFromTheJournalOrLetsAReservePassAStrictLimit(
            @ForAll("editedHistories") LedgerHistory history) {
        history.play(this::openStore);
    }

    @Property(tries = 20_000, generation = GenerationMode.RANDOMIZED, edgeCases = EdgeCasesMode.NONE)
    @Tag("long")
    void noEditDoesForLong(@ForAll("editedHistories") LedgerHistory history) {
        history.play(this::openStore);
    }

    /** No threshold alerts twice in a window or within its debounce interval, and none is lost by the interval. */
    @Property(seed = "7214350912664371189", generation = GenerationMode.RANDOMIZED, edgeCases = EdgeCasesMode.NONE)
    void alertsAsTheNaiveLedgerDoes(@ForAll("alertingHistories") LedgerHistory history) {
        history.play(this::openStore);
    }

    @Property(tries = 20_000, generation = GenerationMode.RANDOMIZED, edgeCases = EdgeCasesMode.NONE)
    @Tag("long")
    void alertsAsTheNaiveLedgerDoesForLong(@ForAll("alertingHistories") LedgerHistory history) {
        history.play(this::openStore);
    }

    @Provide
    Arbitrary<LedgerHistory> alertingHistories() {
        return LedgerHistories.alertingHistories();
    }

    @Provide
    Arbitrary<LedgerHistory> histories() {
        return LedgerHistories.histories();
    }

    @Provide
    Arbitrary<LedgerHistory> editedHistories() {
        return LedgerHistories.editedHistories();
    }
}
