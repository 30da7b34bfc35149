package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.Facts;
import org.quotaledger.accounting.UnitOfWork;
import org.quotaledger.spi.Applied;
import org.quotaledger.spi.ClockLead;
import org.quotaledger.spi.QuotaStoreException;

/**
 * Commands that only read: each is decided on a snapshot and waits for no writer. It takes no place in a lane.
 * Expiries and new windows are decided as in any step, and not written. Thread-safe, but for a host's transaction.
 */
final class SnapshotReads {

    private final Transactions tx;
    private final Dialect dialect;
    private final @Nullable Clock clock;
    private final ClockLead lead;

    /** @param clock the clock that decides, or {@code null} for the database's */
    SnapshotReads(Transactions tx, Dialect dialect, @Nullable Clock clock, ClockLead lead) {
        this.tx = tx;
        this.dialect = dialect;
        this.clock = clock;
        this.lead = lead;
    }

    /** Decides a command, and waits for that. */
    <A> Applied<A> decide(Command<A> command) {
        return tx instanceof TimedTransactions own
                ? own.reading((plain, timed) -> decide(plain, timed, command))
                : tx.read(session -> decide(session, command));
    }

    private <A> Applied<A> decide(Tx plain, TimedWork timed, Command<A> command) {
        Applied<A> decided = dialect.stampsAccounts() ? inOneRoundTrip(plain, timed, command) : null;
        return decided != null ? decided : plain.read(session -> decide(session, command), timed);
    }

    /** Returns {@code null} where one round trip is too few: accounts changed meanwhile, or the step needs more. */
    private <A> @Nullable Applied<A> inOneRoundTrip(Tx plain, TimedWork timed, Command<A> command) {
        AccountId account = Objects.requireNonNull(command.account());
        ChainLoad load;
        try {
            load = plain.atOnce(session -> ChainLoad.of(session, List.of(account), clock), timed);
        } catch (SQLException | QuotaStoreException failure) {
            // It is asked again by the way that tries several times.
            return null;
        }
        Instant now = clock == null ? load.readAt() : clock.instant();
        if (now == null || !load.isSnapshot()) {
            return null;
        }
        UnitOfWork work =
                new UnitOfWork(load.chain(account, new DefinitionCache(lead)), null, List.of(), null, Facts.NOTHING);
        List<AccountId> chain = work.chain();
        lead.look(work, now);
        try {
            return new Applied<>(command.decide(work, now), List.of(), chain);
        } catch (Facts.NotRemembered more) {
            return null;
        }
    }

    private <A> Applied<A> decide(Session session, Command<A> command) throws SQLException {
        DefinitionCache definitions = new DefinitionCache(lead);
        WorkingSet set = new WorkingSet(session);
        List<AccountId> chain = set.look(Objects.requireNonNull(command.account()), definitions);
        Instant now = clock == null ? session.now() : clock.instant();
        set.loadUsage(now);
        Set<AccountId> all = new LinkedHashSet<>(chain);
        UnitOfWork work = set.open(chain, null, null, set.facts(to -> {
            List<AccountId> overflow = set.look(to, definitions);
            set.loadUsage(now);
            all.addAll(overflow);
            return set.working(overflow);
        }));
        lead.look(work, now);
        try {
            return new Applied<>(command.decide(work, now), List.of(), List.copyOf(all));
        } catch (WorkingSet.FailedQuery query) {
            throw query.failure();
        }
    }
}
