package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.UnitOfWork;
import org.quotaledger.admin.AdminCommand;
import org.quotaledger.admin.AdminStep;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.jdbc.DefinitionCache.Known;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.spi.Applied;

/** Looks again at the accounts whose limits a change of definitions has changed. Not thread-safe. */
final class Reassessment {

    /** So many accounts are held in memory at once. */
    private static final int ACCOUNTS_AT_ONCE = 500;

    private final Session session;
    private final Instant now;
    private final List<LedgerEvent> events;
    private final AdminStep<?> change;
    private @Nullable AccountEntry last;

    /** @param session one in which the accounts are locked and the change is written */
    Reassessment(Session session, AdminStep<?> change, Instant now) {
        this.session = session;
        this.change = change;
        this.events = new ArrayList<>(change.events());
        this.now = now;
    }

    /** Looks at an account that was changed itself. */
    void run(AccountEntry before, @Nullable PolicyEntry policyBefore, AccountEntry after, @Nullable PolicyEntry policy)
            throws SQLException {
        run(List.of(new Known(after, policy, after.limits(policy))), Map.of(after.id(), before.limits(policyBefore)));
    }

    /** Looks at the accounts whose policy was changed. */
    void run(List<AccountId> accounts, PolicyEntry before, PolicyEntry after) throws SQLException {
        for (int from = 0; from < accounts.size(); from += ACCOUNTS_AT_ONCE) {
            List<AccountId> some = accounts.subList(from, Math.min(accounts.size(), from + ACCOUNTS_AT_ONCE));
            List<Known> known = new ArrayList<>(some.size());
            Map<AccountId, List<LimitEntry>> limitsBefore = new HashMap<>();
            for (AccountEntry entry : AccountTable.accounts(session, some)) {
                known.add(new Known(entry, after, entry.limits(after)));
                limitsBefore.put(entry.id(), entry.limits(before));
            }
            run(known, limitsBefore);
        }
    }

    private void run(List<Known> accounts, Map<AccountId, List<LimitEntry>> limitsBefore) throws SQLException {
        List<Known> concerned = accounts.stream()
                .filter(known ->
                        !known.limits().equals(limitsBefore.get(known.entry().id())))
                .toList();
        if (concerned.isEmpty()) {
            return;
        }
        WorkingSet set = new WorkingSet(session);
        set.take(concerned);
        set.loadUsage(now);
        for (Known known : concerned) {
            AccountId id = known.entry().id();
            Command.Reassess command = change.reassess(id, limitsBefore.getOrDefault(id, List.of()));
            UnitOfWork done = decide(command, set);
            set.keep(done, List.of(id));
            events.addAll(done.events());
            for (AccountEntry entry : done.changedAccounts()) {
                last = entry;
            }
        }
        set.finish(now);
    }

    private UnitOfWork decide(Command.Reassess command, WorkingSet set) throws SQLException {
        UnitOfWork work = set.open(List.of(command.account()), null, null, set.facts(to -> {
            throw new IllegalStateException(command + " overflows to " + to);
        }));
        try {
            command.decide(work, now);
            return work;
        } catch (WorkingSet.FailedQuery query) {
            throw query.failure();
        } finally {
            work.close();
        }
    }

    /**
     * Returns what the change has come to.
     *
     * @param accounts whose limits the change can have changed
     */
    <A> Applied<A> applied(AdminCommand<A> command, A answer, List<AccountId> accounts) {
        return new Applied<>(command.reassessed(answer, last), events, accounts);
    }
}
