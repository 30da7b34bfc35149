package org.quotaledger.memory;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.history.HistoryQuery;
import org.quotaledger.history.KeptChange;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.spi.Applied;
import org.quotaledger.spi.ClockLead;
import org.quotaledger.spi.Compacted;
import org.quotaledger.spi.EventOutbox;
import org.quotaledger.spi.JournalQuery;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.spi.UsageAudit;

/**
 * Keeps a ledger in the memory of this process: nothing survives it. Thread-safe.
 *
 * <p>A step locks the accounts of its chain in the order of their ids, so that steps of unrelated accounts run side by
 * side. The journal grows with use, until it is compacted.
 */
public final class InMemoryQuotaStore implements QuotaStore {

    private final Clock clock;
    private final AccountCells accounts = new AccountCells();
    private final KnownIds ids = new KnownIds();
    private final JournalCompaction compaction = new JournalCompaction(accounts);
    private final ChangeBox changes = new ChangeBox();
    private final EventBox events;
    private final CommandSteps commands;
    private final EditSteps edits;

    private volatile boolean closed;

    /** Creates an empty store whose time is the machine's. */
    public InMemoryQuotaStore() {
        this(Clock.systemUTC());
    }

    /** Creates an empty store whose time is {@code clock}'s. */
    public InMemoryQuotaStore(Clock clock) {
        this(clock, ClockLead.DEFAULT_BOUND);
    }

    /**
     * Creates an empty store whose time is {@code clock}'s.
     *
     * @param clockLead how far an account may be ahead of the clock before a step logs it, zero or more; 1 minute where it
     *     is not given
     */
    public InMemoryQuotaStore(Clock clock, Duration clockLead) {
        this.clock = Objects.requireNonNull(clock, "clock");
        this.events = new EventBox(clock);
        this.commands = new CommandSteps(clock, new ClockLead(clockLead), accounts, ids, events, changes);
        this.edits = new EditSteps(clock, accounts, commands, events, changes);
    }

    @Override
    public <A> CompletionStage<Applied<A>> submit(Command<A> command) {
        try {
            return CompletableFuture.completedFuture(apply(command));
        } catch (ArithmeticException | IllegalArgumentException refusedByRule) {
            return CompletableFuture.failedFuture(refusedByRule);
        }
    }

    @Override
    public <A> Applied<A> apply(Command<A> command) {
        requireOpen();
        return command.edits() ? edits.apply(command) : commands.apply(command);
    }

    @Override
    public Optional<AccountEntry> account(AccountId id) {
        requireOpen();
        return Optional.ofNullable(accounts.find(id)).map(AccountCell::entry);
    }

    @Override
    public List<AccountEntry> accounts(@Nullable AccountId after, int max) {
        requireOpen();
        return accounts.after(after).stream().limit(max).map(AccountCell::entry).toList();
    }

    @Override
    public Optional<PolicyEntry> policy(String name) {
        requireOpen();
        return Optional.ofNullable(accounts.policy(name));
    }

    @Override
    public List<PolicyEntry> policies(@Nullable String after, int max) {
        requireOpen();
        return accounts.policiesAfter(after).stream().limit(max).toList();
    }

    @Override
    public Optional<ReservationState> reservation(RequestId id) {
        requireOpen();
        return Optional.ofNullable(ids.reservation(id));
    }

    @Override
    public void journal(JournalQuery query, Consumer<JournalRow> rows) {
        requireOpen();
        List<AccountCell> cells = query.account() == null
                ? accounts.inOrder()
                : Optional.ofNullable(accounts.find(query.account())).stream().toList();
        List<JournalLines.Line> lines = new ArrayList<>();
        cells.forEach(cell -> cell.lock.lock());
        try {
            cells.stream()
                    .filter(AccountCell::isUsed)
                    .forEach(cell -> lines.addAll(cell.use().journal()));
        } finally {
            cells.forEach(cell -> cell.lock.unlock());
        }
        lines.stream()
                .sorted(Comparator.comparingLong(JournalLines.Line::sequence))
                .map(JournalLines.Line::row)
                .filter(row -> !row.reservedAt().isBefore(query.reservedFrom())
                        && row.reservedAt().isBefore(query.reservedBefore()))
                .forEach(rows);
    }

    @Override
    public List<UsageAudit> audit(AccountId id) {
        requireOpen();
        AccountCell cell = accounts.find(id);
        return cell == null
                ? List.of()
                : cell.locked(() -> cell.use().audit(cell.entry(), accounts.policyOf(cell.entry()), now()));
    }

    @Override
    public List<RequestId> expired(int max) {
        requireOpen();
        return ids.expired(clock.instant(), max);
    }

    @Override
    public List<AccountId> suspensionsOver(int max) {
        requireOpen();
        Instant now = clock.instant();
        return accounts.all().stream()
                .map(AccountCell::entry)
                .filter(entry -> entry.suspension() != null && entry.suspensionAt(now) == null)
                .limit(max)
                .map(AccountEntry::id)
                .toList();
    }

    @Override
    public List<KeptChange> history(HistoryQuery query) {
        requireOpen();
        return changes.page(query);
    }

    @Override
    public EventOutbox outbox() {
        requireOpen();
        return events;
    }

    @Override
    public int forget(Instant endedBefore, int max) {
        requireOpen();
        int forgotten = events.forget(endedBefore, max);
        return forgotten + ids.forget(endedBefore, max - forgotten, this::dropHolds);
    }

    private void dropHolds(ReservationState forgotten) {
        for (AccountId id : forgotten.chain()) {
            AccountCell cell = accounts.get(id);
            cell.locked(() -> cell.use().dropHolds(forgotten.id()));
        }
    }

    @Override
    public Compacted compact(Instant recordedBefore, Compacted.@Nullable Point after, int max) {
        requireOpen();
        return compaction.batch(recordedBefore, after, max);
    }

    @Override
    public void returnToClock(List<AccountId> ids) {
        requireOpen();
        edits.returnToClock(ids, this.ids);
    }

    @Override
    public Duration clockLead() {
        return commands.lead().bound();
    }

    @Override
    public Instant now() {
        requireOpen();
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** Returns this store: nothing in it waits for anything but its own short steps. */
    @Override
    public InMemoryQuotaStore within(Duration timeout) {
        QuotaStore.checkTimeout(timeout);
        return this;
    }

    @Override
    public void close() {
        closed = true;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("store is closed");
        }
    }
}
