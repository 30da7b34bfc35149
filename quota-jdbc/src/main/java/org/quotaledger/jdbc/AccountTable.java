package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.Suspension;

/** Accounts, with the limits of their own. */
final class AccountTable {

    private static final String ACCOUNTS = """
            SELECT id, parent_id, policy, disabled, expires_at, version, created_at, deleted_at,
                   suspended_since, suspended_until, suspended_by, policy_since
            FROM quota_account
            """;

    /** The accounts of a {@link ChainLoad}, each with its stamp and the time of the database. */
    static final String OF_CHAIN = ACCOUNTS.replace("\nFROM", ", stamp, clock_timestamp()\nFROM") + """
            WHERE id = ANY (ARRAY(SELECT id FROM chain))
            """;

    private static final String ACCOUNTS_BY_ID = ACCOUNTS + """
            WHERE id IN (?...)
            """;

    private static final String LOCK_ACCOUNTS = ACCOUNTS_BY_ID + """
            ORDER BY id
            FOR UPDATE
            """;

    private static final String LOCK_FREE_ACCOUNTS = ACCOUNTS_BY_ID + """
            ORDER BY id
            FOR UPDATE SKIP LOCKED
            """;

    private static final String EXISTING = """
            SELECT id
            FROM quota_account
            WHERE id IN (?...)
            """;

    private static final String SUSPENSIONS_OVER = """
            SELECT id
            FROM quota_account
            WHERE suspended_until <= ?
            ORDER BY suspended_until
            LIMIT ?
            """;

    private static final String STAMPS = """
            SELECT id, stamp
            FROM quota_account
            WHERE id IN (?...)
            """;

    private static final String STAMP = """
            UPDATE quota_account
            SET stamp = ?
            WHERE id = ?
            """;

    private static final String ACCOUNTS_AFTER = ACCOUNTS + """
            WHERE id > ?
            ORDER BY id
            LIMIT ?
            """;

    private static final String INSERT_ACCOUNT = """
            INSERT INTO quota_account (parent_id, policy, disabled, expires_at, version, created_at, deleted_at,
                                       suspended_since, suspended_until, suspended_by, policy_since, id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String UPDATE_ACCOUNT = """
            UPDATE quota_account
            SET parent_id = ?, policy = ?, disabled = ?, expires_at = ?, version = ?, created_at = ?, deleted_at = ?,
                suspended_since = ?, suspended_until = ?, suspended_by = ?, policy_since = ?
            WHERE id = ?
            """;

    private AccountTable() {}

    /**
     * The row of an account.
     *
     * @param account its definition, without the limits of its own
     */
    record AccountRow(
            Account account,
            long version,
            Instant createdAt,
            @Nullable Instant deletedAt,
            @Nullable Suspension suspension,
            Instant policySince) {

        static AccountRow read(Row row) throws SQLException {
            Account account = Account.builder(AccountId.of(row.text()))
                    .parent(idOrNull(row.textOrNull()))
                    .policy(row.textOrNull())
                    .disabled(row.flag())
                    .expiresAt(row.timeOrNull())
                    .build();
            long version = row.number();
            Instant createdAt = row.time();
            Instant deletedAt = row.timeOrNull();
            Instant suspendedSince = row.timeOrNull();
            Instant suspendedUntil = row.timeOrNull();
            String suspendedBy = row.textOrNull();
            Suspension suspension =
                    suspendedSince == null ? null : new Suspension(suspendedSince, suspendedUntil, suspendedBy);
            return new AccountRow(account, version, createdAt, deletedAt, suspension, row.time());
        }

        private static @Nullable AccountId idOrNull(@Nullable String id) {
            return id == null ? null : AccountId.of(id);
        }

        AccountId id() {
            return account.id();
        }

        /** Returns its parent, or {@code null}. */
        @Nullable
        AccountId parent() {
            return account.parent().orElse(null);
        }

        /** Returns the name of its policy, or {@code null}. */
        @Nullable
        String policy() {
            return account.policy().orElse(null);
        }

        AccountEntry entry(List<LimitEntry> overrides, Map<String, Instant> resets) {
            Account whole = overrides.isEmpty()
                    ? account
                    : account.toBuilder()
                            .overrides(overrides.stream().map(LimitEntry::limit).toList())
                            .build();
            return new AccountEntry(whole, version, createdAt, deletedAt, suspension, policySince, overrides, resets);
        }
    }

    /** Locks these accounts until the end of the transaction, in the one order of all that lock more than one. */
    static List<AccountRow> lock(Session session, Collection<AccountId> sorted) throws SQLException {
        return lock(session, sorted, 0);
    }

    /** @param millis for how long the transaction waits for locks from here on, 0 for as long as the connection is set to */
    static List<AccountRow> lock(Session session, Collection<AccountId> sorted, int millis) throws SQLException {
        if (session.dialect().locksInOrder()) {
            return session.listAfter(
                    session.dialect().lockTimeout(millis), LOCK_ACCOUNTS, values(sorted), AccountRow::read);
        }
        List<AccountRow> rows = new ArrayList<>(sorted.size());
        for (AccountId id : sorted) {
            rows.addAll(session.list(LOCK_ACCOUNTS, List.of(id.value()), AccountRow::read));
        }
        return rows;
    }

    /**
     * Locks those of these accounts which nobody else has locked, until the end of the transaction.
     *
     * @param locked takes those that somebody else has locked
     */
    static List<AccountRow> lockFree(Session session, Collection<AccountId> sorted, int millis, Set<AccountId> locked)
            throws SQLException {
        List<AccountRow> rows = session.listAfter(
                session.dialect().lockTimeout(millis), LOCK_FREE_ACCOUNTS, values(sorted), AccountRow::read);
        if (rows.size() < sorted.size()) {
            Set<AccountId> others = new TreeSet<>(sorted);
            rows.forEach(row -> others.remove(row.id()));
            locked.addAll(session.list(EXISTING, values(others), row -> AccountId.of(row.text())));
        }
        return rows;
    }

    /** Returns the stamps of accounts that are locked; none where accounts have none. */
    static Map<AccountId, Long> stamps(Session session, Collection<AccountId> locked) throws SQLException {
        Map<AccountId, Long> stamps = new HashMap<>();
        if (session.dialect().stampsAccounts()) {
            session.list(STAMPS, values(locked), row -> stamps.put(AccountId.of(row.text()), row.number()));
        }
        return stamps;
    }

    /**
     * Stamps accounts of which anything changes: themselves, their limits, usage, holds, reservations or journal. A lane
     * that remembers them, on whatever node, then finds that they are not as it remembers.
     */
    static void stamp(Session session, Collection<AccountId> locked, long stamp) throws SQLException {
        if (session.dialect().stampsAccounts()) {
            session.batchOfOne(STAMP, locked, (to, id) -> to.number(stamp).text(id.value()));
        }
    }

    static List<AccountRow> accountRows(Session session, Collection<AccountId> ids) throws SQLException {
        return session.list(ACCOUNTS_BY_ID, values(ids), AccountRow::read);
    }

    static List<AccountEntry> accounts(Session session, Collection<AccountId> ids) throws SQLException {
        return entries(session, accountRows(session, ids));
    }

    static @Nullable AccountEntry account(Session session, AccountId id) throws SQLException {
        return first(accounts(session, List.of(id)));
    }

    static List<AccountEntry> accountsAfter(Session session, @Nullable AccountId after, int max) throws SQLException {
        // No id is empty, so the empty text stands before all.
        String from = after == null ? "" : after.value();
        return entries(session, session.list(ACCOUNTS_AFTER, to -> to.text(from).integer(max), AccountRow::read));
    }

    static List<AccountId> suspensionsOver(Session session, Instant now, int max) throws SQLException {
        return session.list(SUSPENSIONS_OVER, to -> to.time(now).integer(max), row -> AccountId.of(row.text()));
    }

    /** Returns the accounts of these rows, in their order. */
    static List<AccountEntry> entries(Session session, List<AccountRow> rows) throws SQLException {
        Map<String, List<LimitEntry>> overrides = LimitTable.of(
                session,
                LimitTable.OwnerKind.ACCOUNT,
                rows.stream().map(row -> row.id().value()).toList());
        Map<String, Map<String, Instant>> resets =
                ResetTable.of(session, values(rows.stream().map(AccountRow::id).toList()));
        return rows.stream()
                .map(row -> row.entry(
                        overrides.getOrDefault(row.id().value(), List.of()),
                        resets.getOrDefault(row.id().value(), Map.of())))
                .toList();
    }

    private static <T> @Nullable T first(List<T> found) {
        return found.isEmpty() ? null : found.get(0);
    }

    private static List<String> values(Collection<AccountId> ids) {
        return ids.stream().map(AccountId::value).toList();
    }

    /**
     * A changed account.
     *
     * @param before the account in the table, or {@code null} if it is new
     */
    record Changed(@Nullable AccountEntry before, AccountEntry after) {}

    /** Writes accounts, each in the place of what it was. */
    static void keep(Session session, Collection<Changed> changes) throws SQLException {
        List<AccountEntry> made = new ArrayList<>();
        List<AccountEntry> changed = new ArrayList<>();
        changes.forEach(change -> (change.before() == null ? made : changed).add(change.after()));
        session.batchOfOne(INSERT_ACCOUNT, made, AccountTable::bind);
        session.batchOfOne(UPDATE_ACCOUNT, changed, AccountTable::bind);
        for (Changed change : changes) {
            AccountEntry before = change.before();
            AccountEntry after = change.after();
            if (before != null && !before.resets().equals(after.resets())) {
                ResetTable.keep(session, after);
            }
            if (before == null || !before.overrides().equals(after.overrides())) {
                LimitTable.keep(
                        session, LimitTable.OwnerKind.ACCOUNT, after.id().value(), after.overrides());
            }
        }
    }

    private static void bind(Binder to, AccountEntry entry) throws SQLException {
        Account account = entry.account();
        Suspension suspension = entry.suspension();
        to.text(account.parent().map(AccountId::value).orElse(null))
                .text(account.policy().orElse(null))
                .flag(account.disabled())
                .time(account.expiresAt().orElse(null))
                .number(entry.version())
                .time(entry.createdAt())
                .time(entry.deletedAt())
                .time(suspension == null ? null : suspension.since())
                .time(suspension == null ? null : suspension.until())
                .text(suspension == null ? null : suspension.cause())
                .time(entry.policySince())
                .text(entry.id().value());
    }
}
