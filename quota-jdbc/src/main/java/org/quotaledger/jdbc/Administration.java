package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.AdminCommand;
import org.quotaledger.admin.AdminState;
import org.quotaledger.admin.AdminStep;
import org.quotaledger.history.Change;
import org.quotaledger.jdbc.AccountTable.AccountRow;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.spi.Applied;

/**
 * Changes accounts and policies, one change at a time in the whole database: all take the lock of the schema's version
 * first, which no lane ever takes, and then those of the accounts whose limits they change, in the order of their ids, as
 * everybody does.
 */
final class Administration {

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

    private static final String POLICY_IN_USE = """
            SELECT 1
            FROM quota_account
            WHERE policy = ? AND deleted_at IS NULL
            LIMIT 1
            """;

    private static final String LEVELS_BELOW = """
            WITH RECURSIVE below (id, depth) AS (
                SELECT id, 1
                FROM quota_account
                WHERE parent_id = ? AND deleted_at IS NULL
                UNION ALL
                SELECT a.id, b.depth + 1
                FROM below b
                JOIN quota_account a ON a.parent_id = b.id
                WHERE a.deleted_at IS NULL AND b.depth < ?
            )
            SELECT COALESCE(MAX(depth), 0)
            FROM below
            """;

    private Administration() {}

    /** Runs one change in the session's transaction. Whatever it changes of an account, it stamps it. */
    static <A> Applied<A> run(Session session, AdminCommand<A> command, @Nullable String actor, @Nullable Clock clock)
            throws SQLException {
        lockDefinitions(session);
        AccountId id = command.accountId();
        AccountEntry account = id == null ? null : lockedAccount(session, id);
        PolicyEntry own = account == null ? null : policyOf(session, account);
        String policyName = command.policyName();
        PolicyEntry policy = policyName == null ? own : PolicyTable.find(session, policyName);
        List<AccountId> limited =
                id != null ? List.of(id) : policyName == null ? List.of() : lockedAccountsOf(session, policyName);
        // The clock comes after the locks: what the accounts were charged before is before this instant.
        Instant now = clock == null ? session.now() : clock.instant();
        AdminState state = new AdminState(
                account,
                Overflows.chain(session, command.parentId()),
                id == null ? 0 : levelsBelow(session, id),
                policy,
                own,
                policyName != null && inUse(session, policyName),
                Overflows.of(session, command),
                UsageTable.latestUse(session, limited, now),
                ChangeTable.of(session, command.operation()));
        AdminStep<A> step = command.decide(state, now, actor);
        PolicyEntry changedPolicy = step.policy();
        if (changedPolicy != null) {
            PolicyTable.keep(session, changedPolicy, policy);
        }
        String dropped = step.droppedPolicy();
        if (dropped != null) {
            PolicyTable.drop(session, dropped);
        }
        AccountEntry changedAccount = step.account();
        if (changedAccount != null) {
            AccountTable.keep(session, changedAccount, account);
        }
        EventTable.append(session, step.events());
        Change change = step.change();
        if (change != null) {
            ChangeTable.append(session, List.of(change));
        }
        Reassessment reassessment = new Reassessment(session, step, now);
        if (account != null && changedAccount != null) {
            reassessment.run(account, own, changedAccount, policyOf(session, changedAccount));
        } else if (policy != null && changedPolicy != null) {
            reassessment.run(limited, policy, changedPolicy);
        }
        return reassessment.applied(command, step.answer(), limited);
    }

    /** Lets no other change of definitions run beside this transaction. */
    static void lockDefinitions(Session session) throws SQLException {
        session.list(LOCK_DEFINITIONS, Session.NOTHING, Row::integer);
    }

    private static @Nullable PolicyEntry policyOf(Session session, AccountEntry account) throws SQLException {
        String policy = account.account().policy().orElse(null);
        return policy == null ? null : PolicyTable.find(session, policy);
    }

    private static @Nullable AccountEntry lockedAccount(Session session, AccountId id) throws SQLException {
        List<AccountEntry> locked = AccountTable.entries(session, lockToChange(session, List.of(id)));
        return locked.isEmpty() ? null : locked.get(0);
    }

    /**
     * A step that is decided by the old limits must not be later than the change: so no step of these accounts is under
     * way when the clock is read.
     */
    private static List<AccountId> lockedAccountsOf(Session session, String policy) throws SQLException {
        List<AccountId> ids = session.list(ACCOUNTS_OF_POLICY, to -> to.text(policy), row -> AccountId.of(row.text()));
        lockToChange(session, ids);
        return ids;
    }

    /** Locks accounts, and stamps them as changed. */
    static List<AccountRow> lockToChange(Session session, List<AccountId> ids) throws SQLException {
        List<AccountRow> locked = AccountTable.lock(session, ids);
        AccountTable.stamp(
                session,
                locked.stream().map(AccountRow::id).toList(),
                ThreadLocalRandom.current().nextLong());
        return locked;
    }

    private static int levelsBelow(Session session, AccountId id) throws SQLException {
        return session.list(LEVELS_BELOW, to -> to.text(id.value()).integer(Account.MAX_CHAIN), Row::integer)
                .get(0);
    }

    private static boolean inUse(Session session, String policy) throws SQLException {
        return !session.list(POLICY_IN_USE, to -> to.text(policy), Row::integer).isEmpty();
    }
}
