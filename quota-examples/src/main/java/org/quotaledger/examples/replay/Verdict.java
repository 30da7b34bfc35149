package org.quotaledger.examples.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Counter;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.spi.JournalQuery;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.spi.UsageAudit;
import org.quotaledger.window.QuotaWindow;

/**
 * Whether the ledger's own figures agree: every counter with the journal, and the journal with what was answered.
 *
 * @param counters how many counters were compared: one for each key, limit and span of the limit's window
 * @param differences what does not agree, in words; empty if all does
 */
record Verdict(long counters, List<String> differences) {

    Verdict {
        differences = List.copyOf(differences);
    }

    /** Compares every counter of these accounts with their journal, and that with what the ledger answered. */
    static Verdict of(QuotaStore store, List<AccountId> accounts, QuotaWindow window, Tally answers) {
        List<UsageAudit> audits = new ArrayList<>();
        NavigableMap<Cell, Sums> journal = new TreeMap<>();
        for (AccountId account : accounts) {
            audits.addAll(store.audit(account));
            store.journal(
                    JournalQuery.of(account),
                    row -> journal.merge(Cell.of(account, row.reservedAt(), window), sums(row), Sums::plus));
        }
        return of(audits, journal, answers);
    }

    static Verdict of(List<UsageAudit> audits, NavigableMap<Cell, Sums> journal, Tally answers) {
        List<String> differences = new ArrayList<>();
        for (UsageAudit audit : audits) {
            if (!audit.agrees()) {
                differences.add(difference(audit));
            }
        }
        TreeMap<Cell, Sums> unexplained = new TreeMap<>(journal);
        answers.figures().forEach((cell, figures) -> {
            Sums journaled = unexplained.getOrDefault(cell, Sums.NONE);
            unexplained.remove(cell);
            if (!journaled.equals(figures.charged())) {
                differences.add(difference(cell, journaled, figures.charged()));
            }
        });
        unexplained.forEach((cell, sums) -> differences.add(difference(cell, sums, Sums.NONE)));
        return new Verdict(audits.size(), differences);
    }

    boolean agrees() {
        return differences.isEmpty();
    }

    /** Says it in words, one line or more. */
    List<String> lines() {
        if (agrees()) {
            return List.of(String.format(Locale.ROOT, "audit: counters equal the journal (%,d counters)", counters));
        }
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "audit: %,d differences (%,d counters)", differences.size(), counters));
        differences.forEach(difference -> lines.add("  " + difference));
        return lines;
    }

    private static Sums sums(JournalRow row) {
        if (row.meter() == null) {
            return Sums.NONE;
        }
        return Sums.ofUnits(row.meter(), row.units());
    }

    private static String difference(UsageAudit audit) {
        Counter row = audit.row();
        return row.account() + " " + row.limit() + " " + row.span() + ": used " + row.used() + " and held " + row.held()
                + ", but the journal says " + audit.journalUsed() + " and the holds " + audit.liveHeld();
    }

    private static String difference(Cell cell, Sums journal, Sums answers) {
        return cell.account() + " " + cell.span() + ": the journal says " + journal + ", but the answers " + answers;
    }
}
