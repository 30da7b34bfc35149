package org.quotaledger.memory;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Compaction;
import org.quotaledger.spi.Compacted;
import org.quotaledger.window.WindowSpan;

/** Merges old rows of the journal, of one account under its lock. Thread-safe. */
final class JournalCompaction {

    private static final Comparator<JournalLines.Line> BY_RESERVE = Comparator.comparing(
                    (JournalLines.Line line) -> line.row().reservedAt())
            .thenComparingLong(JournalLines.Line::sequence);

    private final AccountCells accounts;

    JournalCompaction(AccountCells accounts) {
        this.accounts = accounts;
    }

    Compacted batch(Instant recordedBefore, Compacted.@Nullable Point after, int max) {
        if (after != null && !after.reservedAt().equals(WindowSpan.LATEST)) {
            AccountCell cell = accounts.get(after.account());
            return cell.locked(() -> batch(cell, recordedBefore, after, max));
        }
        for (AccountCell cell : accounts.after(after == null ? null : after.account())) {
            Compacted batch = cell.locked(() -> batch(cell, recordedBefore, null, max));
            if (batch.read() > 0) {
                return batch;
            }
        }
        return new Compacted(0, 0, null);
    }

    private Compacted batch(AccountCell cell, Instant recordedBefore, Compacted.@Nullable Point after, int max) {
        AccountId account = cell.entry().id();
        Compacted.Point end = new Compacted.Point(account, WindowSpan.LATEST, Long.MAX_VALUE);
        if (!cell.isUsed()) {
            return new Compacted(0, 0, end);
        }
        AccountUse use = cell.use();
        List<JournalLines.Line> read = use.journal().stream()
                .filter(line -> line.row().reservedAt().isBefore(recordedBefore) && isPast(line, after))
                .sorted(BY_RESERVE)
                .limit(max)
                .toList();
        List<JournalLines.Line> old = read.stream()
                .filter(line -> line.row().recordedAt().isBefore(recordedBefore))
                .toList();
        List<Compaction.Merge<JournalLines.Line>> merges = new Compaction(
                        cell.entry(), accounts.policyOf(cell.entry()), use.rows())
                .of(old, JournalLines.Line::row);
        use.merge(merges);
        int merged = merges.stream().mapToInt(merge -> merge.rows().size() - 1).sum();
        if (read.size() < max) {
            return new Compacted(read.size(), merged, end);
        }
        JournalLines.Line last = read.get(max - 1);
        return new Compacted(
                max, merged, new Compacted.Point(account, last.row().reservedAt(), last.sequence()));
    }

    private static boolean isPast(JournalLines.Line line, Compacted.@Nullable Point after) {
        if (after == null) {
            return true;
        }
        int compared = line.row().reservedAt().compareTo(after.reservedAt());
        return compared > 0 || (compared == 0 && line.sequence() > after.sequence());
    }
}
