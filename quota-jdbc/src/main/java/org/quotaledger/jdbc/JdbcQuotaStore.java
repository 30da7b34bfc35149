package org.quotaledger.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.Counter;
import org.quotaledger.accounting.Facts;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.history.HistoryQuery;
import org.quotaledger.history.KeptChange;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.spi.Applied;
import org.quotaledger.spi.ClockLead;
import org.quotaledger.spi.Compacted;
import org.quotaledger.spi.EventOutbox;
import org.quotaledger.spi.JournalQuery;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.spi.QuotaStoreException;
import org.quotaledger.spi.UsageAudit;

/**
 * Keeps a ledger in a relational database that any number of nodes share. Thread-safe.
 *
 * <p>Commands wait in lanes, by the account that they charge; one thread a lane carries all that wait at the same time
 * in one transaction, and each is answered when that is committed. So a busy account costs one commit for many
 * commands, and a command that comes alone waits for no other. No thread of a caller runs JDBC.
 *
 * <p>Commands that only read are decided on a snapshot, outside the lanes and without locks. Edits of accounts and policies
 * run in a transaction each, one after the other in the whole database.
 *
 * <p>A transaction that writes runs at READ COMMITTED, whatever level the connections come at, and locks the rows of the accounts
 * it is about in one order before it reads anything else of them. Those that another transaction got in the way of
 * (serialization failure, deadlock, the same id taken at once) are run again. A command whose account another transaction
 * has locked is tried again until its time-out, and holds up no command of other accounts. A connection that is lost
 * before the commit is replaced; one that is lost during it makes the outcome {@linkplain
 * QuotaStoreException.Outcome#UNKNOWN unknown}.
 *
 * <p>Each call has a {@linkplain Builder#timeout time-out}, and is answered by then. While the database is known to be down,
 * calls fail at once, as {@linkplain QuotaStoreException.Outcome#NOT_APPLIED not applied}.
 *
 * <p>Time is the database's unless a clock is given: nodes whose clocks differ decide alike.
 *
 * <p>The data source is the caller's, with or without a pool, and stays open when the store is closed. A lane takes one
 * connection for each transaction and gives it back as it came; so do all other methods. Answers are completed by the
 * store's own pool, so that what continues from them may wait for the store again.
 */
public final class JdbcQuotaStore implements QuotaStore {

    private final Transactions tx;
    private final Engine engine;

    /** The time-out of calls, {@code null} where they are carried out at once, in the transaction of a host. */
    private final @Nullable Duration timeout;

    private final @Nullable Clock clock;
    private final EventOutbox outbox;
    private final SnapshotReads snapshots;

    private volatile boolean hostViewClosed;

    private JdbcQuotaStore(Transactions tx, Engine engine, @Nullable Duration timeout, @Nullable Clock clock) {
        this.tx = tx;
        this.engine = engine;
        this.timeout = timeout;
        this.clock = clock;
        this.outbox = new Outbox(tx, clock);
        this.snapshots = new SnapshotReads(tx, engine.names().dialect(), clock, engine.lead());
    }

    /** Returns a builder of a store in the database that these connections lead to. */
    public static Builder builder(DataSource dataSource) {
        return new Builder(dataSource);
    }

    /** Opens a store with every default. */
    public static JdbcQuotaStore open(DataSource dataSource) {
        return builder(dataSource).build();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Never blocks: if as many commands wait as may, it is not applied at once.
     */
    @Override
    public <A> CompletionStage<Applied<A>> submit(Command<A> command) {
        requireOpen();
        if (isOutsideLanes(command)) {
            return BlockingAnswer.of(() -> outsideLanes(command), timeout == null ? null : engine.executor());
        }
        return (timeout == null ? carriedOut(command) : engine.submit(command, timeout)).answer();
    }

    @Override
    public <A> Applied<A> apply(Command<A> command) {
        requireOpen();
        if (isOutsideLanes(command)) {
            return outsideLanes(command);
        }
        Pending<A> pending = timeout == null ? carriedOut(command) : engine.submitWaiting(command, timeout);
        return QuotaStore.await(pending.answer());
    }

    private static boolean isOutsideLanes(Command<?> command) {
        return command.onlyReads() || command.edits();
    }

    private <A> Applied<A> outsideLanes(Command<A> command) {
        return command.edits() ? tx.write(session -> Edits.run(session, command, clock)) : snapshots.decide(command);
    }

    private <A> Pending<A> carriedOut(Command<A> command) {
        Pending<A> pending = new Pending<>(command, null, Duration.ofDays(1));
        // What it reads may be rolled back: nothing of it is remembered.
        Batch batch = new Batch(List.of(pending), new DefinitionCache(engine.lead()), clock, RowLocks.AS_SET);
        try {
            tx.write(session -> {
                batch.run(session);
                return batch;
            });
        } catch (RuntimeException failure) {
            pending.fail(failure);
            return pending;
        }
        pending.complete();
        return pending;
    }

    /**
     * Returns a store that works in the transaction which is open on a connection of the caller: what it changes is
     * committed or rolled back with what the caller changes there, and by the caller alone.
     *
     * <p>Everything is done at once, on the calling thread. A command that fails leaves nothing behind: a savepoint is set
     * before it. Its alerts and other events are kept with it. Reads see what the transaction has changed, and are no
     * snapshot. The returned store is to be used by one thread at a time, and no more once the transaction has ended;
     * closing it ends neither that nor the connection.
     *
     * <p>The rows of the accounts concerned stay locked until the caller commits, and hold up every charge to them: commit
     * soon. Each command locks accounts in the order of their ids, but several commands lock in the order in which they
     * are given: two transactions that charge two accounts in different order can wait for each other, and the database
     * then fails one of them, as {@linkplain QuotaStoreException.Outcome#NOT_APPLIED not applied}. Charge accounts in the
     * order of their ids, or be ready to run the transaction again. A change of definitions comes before any charge of
     * the same transaction.
     *
     * @param connection of the same database: not in auto-commit mode, and at READ COMMITTED (on SQLite, where one
     *     transaction writes at a time, at any level: there it should write before it reads)
     * @throws IllegalStateException if the connection is not as it has to be
     * @throws QuotaStoreException if the database failed
     */
    public QuotaStore in(Connection connection) {
        requireOpen();
        Objects.requireNonNull(connection, "connection");
        return new JdbcQuotaStore(HostTransaction.on(connection, engine.names()), engine, null, clock);
    }

    @Override
    public Optional<AccountEntry> account(AccountId id) {
        requireOpen();
        Objects.requireNonNull(id, "id");
        return tx.read(session -> Optional.ofNullable(AccountTable.account(session, id)));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Ids are in the binary order of the database, which differs from that of {@link AccountId} where there are
     * characters beyond U+FFFF.
     */
    @Override
    public List<AccountEntry> accounts(@Nullable AccountId after, int max) {
        requireOpen();
        return tx.read(session -> AccountTable.accountsAfter(session, after, max));
    }

    @Override
    public Optional<PolicyEntry> policy(String name) {
        requireOpen();
        Objects.requireNonNull(name, "name");
        return tx.read(session -> Optional.ofNullable(PolicyTable.find(session, name)));
    }

    @Override
    public List<PolicyEntry> policies(@Nullable String after, int max) {
        requireOpen();
        return tx.read(session -> PolicyTable.after(session, after, max));
    }

    @Override
    public Optional<ReservationState> reservation(RequestId id) {
        requireOpen();
        return tx.read(session ->
                Optional.ofNullable(ReservationTable.byId(session, List.of(id)).get(id)));
    }

    @Override
    public void journal(JournalQuery query, Consumer<JournalRow> rows) {
        requireOpen();
        Objects.requireNonNull(rows, "rows");
        Objects.requireNonNull(query, "query");
        tx.stream((session, each) -> JournalTable.stream(session, query, each), rows);
    }

    @Override
    public List<UsageAudit> audit(AccountId id) {
        requireOpen();
        Objects.requireNonNull(id, "id");
        return tx.read(session -> audit(session, id, now(session)));
    }

    private static List<UsageAudit> audit(Session session, AccountId id, Instant now) throws SQLException {
        AccountEntry account = AccountTable.account(session, id);
        if (account == null) {
            return List.of();
        }
        String policyName = account.account().policy().orElse(null);
        PolicyEntry policy = policyName == null ? null : PolicyTable.find(session, policyName);
        List<UsageAudit> audits = new ArrayList<>();
        for (LimitEntry inForce : account.limits(policy)) {
            audits.addAll(UsageTable.audit(session, id, inForce));
            List<Counter> audited = audits.stream().map(UsageAudit::row).toList();
            Facts.Recount unwritten = Facts.Recount.ofUnwritten(account, inForce, audited, now);
            UsageAudit counted = unwritten == null ? null : JournalTable.audit(session, unwritten);
            if (counted != null && !counted.countable()) {
                audits.add(counted);
            }
        }
        return audits;
    }

    @Override
    public List<RequestId> expired(int max) {
        requireOpen();
        return tx.write(session -> ReservationTable.expired(session, now(session), max));
    }

    @Override
    public List<AccountId> suspensionsOver(int max) {
        requireOpen();
        return tx.write(session -> AccountTable.suspensionsOver(session, now(session), max));
    }

    @Override
    public List<KeptChange> history(HistoryQuery query) {
        requireOpen();
        Objects.requireNonNull(query, "query");
        return tx.read(session -> ChangeTable.page(session, query));
    }

    @Override
    public EventOutbox outbox() {
        requireOpen();
        return outbox;
    }

    @Override
    public int forget(Instant endedBefore, int max) {
        requireOpen();
        Objects.requireNonNull(endedBefore, "endedBefore");
        return tx.write(session -> Forgetting.forget(session, endedBefore, max));
    }

    @Override
    public Compacted compact(Instant recordedBefore, Compacted.@Nullable Point after, int max) {
        requireOpen();
        Objects.requireNonNull(recordedBefore, "recordedBefore");
        return tx.write(session -> JournalCompaction.batch(session, recordedBefore, after, max));
    }

    @Override
    public void returnToClock(List<AccountId> accounts) {
        requireOpen();
        List<AccountId> sorted = accounts.stream().sorted().distinct().toList();
        tx.write(session -> {
            ClockReturn.run(session, sorted, clock);
            return sorted;
        });
    }

    @Override
    public Duration clockLead() {
        return engine.lead().bound();
    }

    @Override
    public Instant now() {
        requireOpen();
        return tx.read(this::now);
    }

    private Instant now(Session session) throws SQLException {
        return clock == null ? session.now() : clock.instant();
    }

    /** A store in the transaction of a host waits as the host's connection does: it returns itself. */
    @Override
    public JdbcQuotaStore within(Duration other) {
        QuotaStore.checkTimeout(other);
        return tx instanceof TimedTransactions timed
                ? new JdbcQuotaStore(timed.within(other), engine, other, clock)
                : this;
    }

    /** Waits for the transactions under way, up to 30 seconds; does not close the data source. */
    @Override
    public void close() {
        if (timeout == null) {
            hostViewClosed = true;
        } else {
            engine.close();
        }
    }

    private void requireOpen() {
        if (hostViewClosed || engine.isClosed()) {
            throw new IllegalStateException("store is closed");
        }
    }

    /** Builds a store. Not thread-safe. */
    public static final class Builder {

        private static final int MOST_LANES_BY_DEFAULT = 8;

        /** How many commands share a transaction at most unless told otherwise. */
        public static final int DEFAULT_BATCH_SIZE = 256;

        /** How many commands wait in a lane at most unless told otherwise. */
        public static final int DEFAULT_QUEUE_CAPACITY = 10_000;

        /** How long a call waits at most by default. */
        public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

        private final DataSource dataSource;
        private @Nullable Clock clock;
        private @Nullable Executor executor;
        private int lanes =
                Math.max(1, Math.min(MOST_LANES_BY_DEFAULT, Runtime.getRuntime().availableProcessors() / 2));
        private int batchSize = DEFAULT_BATCH_SIZE;
        private int queueCapacity = DEFAULT_QUEUE_CAPACITY;
        private Duration timeout = DEFAULT_TIMEOUT;
        private @Nullable String schemaName;
        private String tablePrefix = TableNames.DEFAULT_PREFIX;
        private boolean createSchema = true;
        private Duration clockLead = ClockLead.DEFAULT_BOUND;

        private Builder(DataSource dataSource) {
            this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        }

        /** The clock that decides, in the place of the database's (default). All nodes must then agree on the time. */
        public Builder clock(Clock value) {
            clock = Objects.requireNonNull(value, "clock");
            return this;
        }

        /**
         * How far an account may be ahead of the clock before a step logs it and an audit lists it, zero or more; default
         * 1 minute. An account is ahead when the clock was, and was set right since.
         */
        public Builder clockLead(Duration value) {
            clockLead = Objects.requireNonNull(value, "clockLead");
            return this;
        }

        /**
         * What runs that which continues from the answer of {@link JdbcQuotaStore#submit}; by default a pool of the store's
         * own, of as many threads as there are processors and at least two, with others for those that wait for another
         * answer. It must not refuse what it is given, nor run it on the thread that gives it.
         */
        public Builder executor(Executor value) {
            executor = Objects.requireNonNull(value, "executor");
            return this;
        }

        /**
         * How many transactions this node has under way at most, 1 to 64; default one for every two processors
         * of this machine, at least one and at most eight. Each takes a connection while it works. More of them make
         * smaller groups: what a statement and a commit cost is paid more often.
         */
        public Builder lanes(int value) {
            lanes = value;
            return this;
        }

        /** How many commands share a transaction at most, 1 to 1,000; default {@value #DEFAULT_BATCH_SIZE}. */
        public Builder batchSize(int value) {
            batchSize = value;
            return this;
        }

        /**
         * How many commands may wait in a lane, 1 to 1,000,000; default {@value #DEFAULT_QUEUE_CAPACITY}. One more is
         * not applied.
         */
        public Builder queueCapacity(int value) {
            queueCapacity = value;
            return this;
        }

        /**
         * How long a call waits at most, a millisecond to a day; default {@link #DEFAULT_TIMEOUT}. It covers everything that
         * the call waits for: other commands, a connection, locks, the database, and each retry. A report waits up to ten
         * minutes for more rows. {@link JdbcQuotaStore#within} is for calls that want another time-out, and for reports.
         * If no connection comes in this time, the database counts as down.
         */
        public Builder timeout(Duration value) {
            timeout = QuotaStore.checkTimeout(value);
            return this;
        }

        /**
         * The schema that the tables are in, on MariaDB and MySQL a database; default the one that connections are in. A
         * lower-case letter, then at most 30 lower-case letters, digits or {@code _}.
         */
        public Builder schemaName(String value) {
            schemaName = Objects.requireNonNull(value, "value");
            return this;
        }

        /**
         * What the names of all tables start with; default {@code quota_}. A lower-case letter, then at most 30
         * lower-case letters, digits or {@code _}.
         */
        public Builder tablePrefix(String value) {
            tablePrefix = value;
            return this;
        }

        /**
         * Whether {@link #build} creates the tables where there are none (default). Otherwise it only verifies them, and
         * needs no right to create any. Tables of an older version are never migrated by opening a store: see
         * {@link Schema#migrate}.
         */
        public Builder createSchema(boolean value) {
            createSchema = value;
            return this;
        }

        /**
         * Opens the store.
         *
         * @throws IllegalArgumentException if a value is not as allowed, or the database is not one that the store
         *     knows
         * @throws SchemaMismatchException if the tables are not as expected
         * @throws QuotaStoreException if the database failed
         */
        public JdbcQuotaStore build() {
            checkRange("lanes", lanes, 64);
            checkRange("batchSize", batchSize, 1_000);
            checkRange("queueCapacity", queueCapacity, 1_000_000);
            StoreThreads threads = new StoreThreads();
            Watch watch = new Watch();
            Connections connections = new Connections(dataSource, timeout, threads, watch::expect);
            Engine.Parts parts = new Engine.Parts(
                    tx(connections),
                    connections,
                    threads,
                    watch,
                    executor != null ? executor : ownPool(),
                    clock,
                    new ClockLead(clockLead),
                    timeout);
            Engine engine = Engine.start(parts, lanes, new Lane.Settings(batchSize, queueCapacity));
            return new JdbcQuotaStore(engine.transactions(), engine, timeout, clock);
        }

        /**
         * Not what {@link CompletableFuture} runs things on by default: where there are one or two processors that is a new
         * thread for each answer. Its threads end by themselves when there is nothing to do.
         */
        private static Executor ownPool() {
            int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
            return new ForkJoinPool(threads, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
        }

        private Tx tx(Connections connections) {
            TableNames names;
            int isolation;
            try (Connection connection = FirstConnection.of(dataSource)) {
                Dialect dialect = Dialect.of(connection.getMetaData());
                names = new TableNames(dialect, schemaName, tablePrefix);
                dialect.requireUsable(new Session(connection, dialect, names));
                isolation = dialect.sessionIsolation(connection, dataSource);
            } catch (SQLException failure) {
                throw SqlFailure.notReached(failure);
            }
            Schema schema = new Schema(dataSource, names);
            if (createSchema) {
                schema.create();
            } else {
                schema.verify();
            }
            return new Tx(connections, names, isolation);
        }

        private static void checkRange(String what, int value, int most) {
            if (value < 1 || value > most) {
                throw new IllegalArgumentException(what + " is " + value + ": expected 1 to " + most);
            }
        }
    }
}
