package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.Facts;
import org.quotaledger.accounting.PolicyChange;
import org.quotaledger.accounting.UnitOfWork;
import org.quotaledger.accounting.WorkingAccount;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.jdbc.AccountTable.AccountRow;
import org.quotaledger.jdbc.DefinitionCache.Known;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.spi.Applied;

/**
 * Runs edits of accounts and policies, one at a time in the whole database: all take the lock of the schema's version first,
 * which no lane ever takes. Then they take the locks of the accounts whose limits they change, in the order of their ids, as
 * every transaction does. Not thread-safe: confined to a transaction.
 */
final class Edits {

    private static final String LOCK_DEFINITIONS = """
            SELECT version
            FROM quota_schema_version
            FOR UPDATE
            """;

    private static final String ACCOUNTS_OF_POLICY = """
            SELECT id
            FROM quota_account
            WHERE policy = ?
            ORDER BY id
            """;

    /** The most accounts that an edit of a policy holds in memory at once. */
    private static final int ACCOUNTS_AT_ONCE = 500;

    private final Session session;
    private final Instant now;
    private final List<LedgerEvent> events = new ArrayList<>();

    private Edits(Session session, Instant now) {
        this.session = session;
        this.now = now;
    }

    /** Runs one edit in the session's transaction. */
    static <A> Applied<A> run(Session session, Command<A> edit, @Nullable Clock clock) throws SQLException {
        lockDefinitions(session);
        AccountId id = edit.account();
        String policy = edit.policy();
        List<AccountRow> locked = id == null ? List.of() : AccountTable.lock(session, List.of(id));
        List<AccountId> concerned =
                id != null ? List.of(id) : policy == null ? List.of() : lockedAccountsOf(session, policy);
        // The clock comes after the locks: every earlier charge of the accounts is before this instant.
        Edits edits = new Edits(session, clock == null ? session.now() : clock.instant());
        try {
            return edits.run(edit, AccountTable.entries(session, locked), concerned);
        } catch (WorkingSet.FailedQuery query) {
            throw query.failure();
        }
    }

    /**
     * @param accounts the account of the edit, if it exists
     * @param concerned the accounts whose limits the edit can change
     */
    private <A> Applied<A> run(Command<A> edit, List<AccountEntry> accounts, List<AccountId> concerned)
            throws SQLException {
        QueriedDefinitions definitions = new QueriedDefinitions(session, concerned, now);
        List<Known> known = new ArrayList<>(1);
        for (AccountEntry entry : accounts) {
            PolicyEntry policy =
                    entry.account().policy().map(definitions::policy).orElse(null);
            known.add(new Known(entry, policy, entry.limits(policy)));
        }
        WorkingSet set = loaded(known);
        Decided<A> decided = decide(edit, set, set.facts(Edits::overflow, definitions));
        set.finish(now);
        PolicyChange change = decided.work().changedPolicy();
        if (change != null && change.after() != null) {
            for (int from = 0; from < concerned.size(); from += ACCOUNTS_AT_ONCE) {
                reassess(concerned.subList(from, Math.min(concerned.size(), from + ACCOUNTS_AT_ONCE)), change);
            }
        }
        return new Applied<>(decided.answer(), events, concerned);
    }

    private WorkingSet loaded(List<Known> locked) throws SQLException {
        WorkingSet set = new WorkingSet(session);
        set.take(locked);
        set.loadUsage(now);
        return set;
    }

    private void reassess(List<AccountId> accounts, PolicyChange change) throws SQLException {
        PolicyEntry policy = change.after();
        List<Known> known = new ArrayList<>();
        List<Command.Reassess> commands = new ArrayList<>();
        for (AccountEntry entry : AccountTable.accounts(session, accounts)) {
            change.reassess(entry).ifPresent(command -> {
                known.add(new Known(entry, policy, entry.limits(policy)));
                commands.add(command);
            });
        }
        if (commands.isEmpty()) {
            return;
        }
        WorkingSet set = loaded(known);
        for (Command.Reassess command : commands) {
            decide(command, set, set.facts(Edits::overflow));
        }
        set.finish(now);
    }

    private static List<WorkingAccount> overflow(AccountId to) {
        throw new IllegalStateException("an edit overflows to " + to);
    }

    private record Decided<A>(A answer, UnitOfWork work) {}

    private <A> Decided<A> decide(Command<A> command, WorkingSet set, Facts facts) throws SQLException {
        AccountId id = command.account();
        UnitOfWork work = set.open(id == null || set.entry(id) == null ? List.of() : List.of(id), null, null, facts);
        try {
            A answer = command.decide(work, now);
            set.keep(work, id == null ? List.of() : List.of(id));
            events.addAll(work.events());
            return new Decided<>(answer, work);
        } finally {
            work.close();
        }
    }

    /** Lets no other edit run beside this transaction. */
    static void lockDefinitions(Session session) throws SQLException {
        session.list(LOCK_DEFINITIONS, Session.NOTHING, Row::integer);
    }

    /**
     * Locks the accounts that have a policy. A step by the old limits is earlier than the change then: none is under way when
     * the clock is read.
     */
    private static List<AccountId> lockedAccountsOf(Session session, String policy) throws SQLException {
        List<AccountId> ids = session.list(ACCOUNTS_OF_POLICY, to -> to.text(policy), row -> AccountId.of(row.text()));
        lockToChange(session, ids);
        return ids;
    }

    /** Locks accounts, and stamps them as changed. */
    static void lockToChange(Session session, List<AccountId> ids) throws SQLException {
        AccountTable.stamp(
                session,
                AccountTable.lock(session, ids).stream().map(AccountRow::id).toList(),
                ThreadLocalRandom.current().nextLong());
    }
}
