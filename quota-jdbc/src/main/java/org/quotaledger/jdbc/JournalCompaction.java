package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Compaction;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.spi.Compacted;
import org.quotaledger.window.WindowSpan;

/**
 * Merges old rows of the journal, of one account in a transaction and under the account's lock: so nothing reads or writes
 * them meanwhile, and of several nodes each finds what another has left.
 */
final class JournalCompaction {

    private static final String NEXT_ACCOUNT = """
            SELECT a.id
            FROM quota_account a
            WHERE a.id > ?
              AND EXISTS (SELECT 1 FROM quota_journal j WHERE j.account_id = a.id AND j.reserved_at < ?)
            ORDER BY a.id
            LIMIT 1
            """;

    private JournalCompaction() {}

    static Compacted batch(Session session, Instant recordedBefore, Compacted.@Nullable Point after, int max)
            throws SQLException {
        Compacted.Point within = after == null || after.reservedAt().equals(WindowSpan.LATEST) ? null : after;
        AccountId account = within == null ? nextAccount(session, recordedBefore, after) : within.account();
        if (account == null) {
            return new Compacted(0, 0, null);
        }
        AccountEntry entry = AccountTable.entries(session, AccountTable.lock(session, List.of(account)))
                .get(0);
        AccountTable.stamp(
                session, List.of(account), ThreadLocalRandom.current().nextLong());
        List<JournalTable.Line> read = JournalTable.page(session, account, recordedBefore, within, max);
        List<JournalTable.Line> old = read.stream()
                .filter(line -> line.row().recordedAt().isBefore(recordedBefore))
                .toList();
        List<Compaction.Merge<JournalTable.Line>> merges = new Compaction(
                        entry, policyOf(session, entry), UsageTable.all(session, account))
                .of(old, JournalTable.Line::row);
        JournalTable.merge(session, merges);
        int merged = merges.stream().mapToInt(merge -> merge.rows().size() - 1).sum();
        if (read.size() < max) {
            return new Compacted(read.size(), merged, new Compacted.Point(account, WindowSpan.LATEST, Long.MAX_VALUE));
        }
        JournalTable.Line last = read.get(max - 1);
        return new Compacted(
                max, merged, new Compacted.Point(account, last.row().reservedAt(), last.sequence()));
    }

    private static @Nullable AccountId nextAccount(
            Session session, Instant recordedBefore, Compacted.@Nullable Point after) throws SQLException {
        List<AccountId> next = session.list(
                NEXT_ACCOUNT,
                to -> to.text(after == null ? "" : after.account().value()).time(recordedBefore),
                row -> AccountId.of(row.text()));
        return next.isEmpty() ? null : next.get(0);
    }

    private static @Nullable PolicyEntry policyOf(Session session, AccountEntry entry) throws SQLException {
        String policy = entry.account().policy().orElse(null);
        return policy == null ? null : PolicyTable.find(session, policy);
    }
}
