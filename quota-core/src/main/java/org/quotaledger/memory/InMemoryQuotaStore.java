package org.quotaledger.memory;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.AccountState;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.Hold;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.accounting.LedgerState;
import org.quotaledger.accounting.RefundState;
import org.quotaledger.accounting.Step;
import org.quotaledger.accounting.Usage;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.AdminCommand;
import org.quotaledger.policy.AdminState;
import org.quotaledger.policy.AdminStep;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.spi.Applied;
import org.quotaledger.spi.EventOutbox;
import org.quotaledger.spi.JournalQuery;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.spi.UsageAudit;

/**
 * Keeps a ledger in the memory of this process: nothing survives it. Thread-safe.
 *
 * <p>A step locks the accounts of its chain in the order of their ids, so that steps of unrelated accounts run side by
 * side. The journal is kept whole, so its size grows with use.
 */
public final class InMemoryQuotaStore implements QuotaStore {

    private final Clock clock;
    private final ConcurrentSkipListMap<AccountId, AccountCell> accounts = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<String, PolicyEntry> policies = new ConcurrentSkipListMap<>();
    private final ConcurrentHashMap<RequestId, ReservationState> reservations = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<RequestId, RefundState> refunds = new ConcurrentHashMap<>();
    private final EventBox events;
    private final AtomicLong journalSequence = new AtomicLong();

    /** Held while definitions change. Taken before any account's lock, never while one is held. */
    private final ReentrantLock definitions = new ReentrantLock();

    private volatile boolean closed;

    /** Creates an empty store whose time is the machine's. */
    public InMemoryQuotaStore() {
        this(Clock.systemUTC());
    }

    /** Creates an empty store whose time is {@code clock}'s. */
    public InMemoryQuotaStore(Clock clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
        this.events = new EventBox(clock);
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
        while (true) {
            List<AccountCell> chain = chain(command, reservation(command));
            List<AccountCell> inOrder = chain.size() < 2 ? chain : sorted(chain);
            inOrder.forEach(cell -> cell.lock.lock());
            try {
                // Read once: one that came to be after its chain was compared would be decided without its accounts.
                ReservationState known = reservation(command);
                // The parents, or the reservation, may have changed before the locks were taken.
                Step.Done<A> done = chain.equals(chain(command, known)) ? decide(command, chain, known) : null;
                if (done != null && keep(command, done)) {
                    return new Applied<>(done.answer(), done.events(), ids(chain, known));
                }
            } finally {
                inOrder.forEach(cell -> cell.lock.unlock());
            }
        }
    }

    /** Returns the accounts that the command is about: its reservation's, or its account and that one's parents. */
    private List<AccountCell> chain(Command<?> command, @Nullable ReservationState known) {
        List<AccountCell> chain = new ArrayList<>(2);
        if (known != null) {
            known.chain().forEach(id -> chain.add(cell(id)));
            return chain;
        }
        for (AccountId id = command.account(); id != null && chain.size() < Account.MAX_CHAIN; ) {
            AccountCell cell = accounts.get(id);
            if (cell == null) {
                break;
            }
            chain.add(cell);
            id = cell.entry().account().parent().orElse(null);
        }
        return chain;
    }

    private static List<AccountId> ids(List<AccountCell> chain, @Nullable ReservationState known) {
        if (known != null) {
            return known.chain();
        }
        AccountId[] ids = new AccountId[chain.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = chain.get(i).entry().id();
        }
        return List.of(ids);
    }

    private AccountCell cell(AccountId id) {
        return Objects.requireNonNull(accounts.get(id), "account is never dropped");
    }

    private @Nullable ReservationState reservation(Command<?> command) {
        RequestId id = command.reservation();
        return id == null ? null : reservations.get(id);
    }

    private static List<AccountCell> sorted(List<AccountCell> chain) {
        return chain.stream()
                .sorted(Comparator.comparing(cell -> cell.entry().id()))
                .toList();
    }

    private <A> Step.Done<A> decide(Command<A> command, List<AccountCell> chain, @Nullable ReservationState known) {
        Instant now = clock.instant();
        for (AccountCell cell : chain) {
            now = cell.noEarlierThanKept(now);
        }
        LedgerState state = load(command, chain, known);
        Step<A> step = command.decide(state, now);
        while (step instanceof Step.Needs<A> needs) {
            for (AccountId id : needs.holdsOf()) {
                state = state.withHolds(id, cell(id).liveHolds());
            }
            for (Step.Recount recount : needs.recounts()) {
                state = state.withUsage(cell(recount.account()).recount(recount));
            }
            for (Step.AlertsOf alerts : needs.alertsOf()) {
                state = state.withAlerts(alerts, cell(alerts.account()).alerted(alerts));
            }
            step = command.decide(state, now);
        }
        return (Step.Done<A>) step;
    }

    private LedgerState load(Command<?> command, List<AccountCell> chain, @Nullable ReservationState known) {
        List<Instant> instants = known == null ? List.of() : instants(known);
        List<AccountState> states = new ArrayList<>(chain.size());
        List<Hold> holds = new ArrayList<>(chain.size());
        for (AccountCell cell : chain) {
            states.add(cell.state(policy(cell.entry()), instants));
            if (known != null) {
                holds.addAll(cell.holdsOf(known.id()));
            }
        }
        RequestId refund = command.refund();
        return new LedgerState(states, known, holds, refund == null ? null : refunds.get(refund));
    }

    private static List<Instant> instants(ReservationState known) {
        Instant endedAt = known.endedAt();
        return endedAt == null
                ? List.of(known.reservedAt(), known.expiresAt())
                : List.of(known.reservedAt(), known.expiresAt(), endedAt);
    }

    private @Nullable PolicyEntry policy(AccountEntry account) {
        return account.account().policy().map(policies::get).orElse(null);
    }

    /** Keeps all of a step, or nothing and returns {@code false} if another step has just taken its id. */
    private boolean keep(Command<?> command, Step.Done<?> done) {
        if (done.changesNothing()) {
            return true;
        }
        RefundState refund = done.refund();
        if (refund != null && refunds.putIfAbsent(refund.id(), refund) != null) {
            return false;
        }
        ReservationState reservation = done.reservation();
        if (reservation != null) {
            // The id of a new reservation is not guarded by the locks of its accounts: another account may use it too.
            boolean isNew = command instanceof Command.Reserve || command instanceof Command.DirectCharge;
            if (isNew) {
                if (reservations.putIfAbsent(reservation.id(), reservation) != null) {
                    return false;
                }
            } else {
                reservations.put(reservation.id(), reservation);
            }
        }
        for (Usage row : done.usage()) {
            cell(row.account()).keep(row);
        }
        for (Hold hold : done.holds()) {
            cell(hold.account()).keep(hold);
        }
        if (done.dropsHolds() && reservation != null) {
            reservation.chain().forEach(id -> cell(id).dropHolds(reservation.id()));
        }
        for (JournalRow row : done.journal()) {
            cell(row.account()).append(journalSequence.incrementAndGet(), row);
        }
        events.add(done.events());
        for (LedgerEvent event : done.events()) {
            if (event instanceof LedgerEvent.Alert alert) {
                cell(alert.account()).keep(alert);
            }
        }
        return true;
    }

    @Override
    public <A> A administer(AdminCommand<A> command) {
        requireOpen();
        definitions.lock();
        try {
            // Looked up before the locks: it takes those of other accounts, and definitions stand still meanwhile.
            AdminState state = adminState(command);
            List<AccountCell> concerned = concerned(command);
            concerned.forEach(cell -> cell.lock.lock());
            try {
                return keep(command.decide(state.withLatestUse(latestUse(concerned)), clock.instant()));
            } finally {
                concerned.forEach(cell -> cell.lock.unlock());
            }
        } finally {
            definitions.unlock();
        }
    }

    /**
     * Returns the accounts whose limits the command can change, in the order of their ids. A step under way on one of
     * them, by the limits of before, must have ended before the instant of the change is read.
     */
    private List<AccountCell> concerned(AdminCommand<?> command) {
        AccountId id = command.accountId();
        if (id != null) {
            return Optional.ofNullable(accounts.get(id)).stream().toList();
        }
        Optional<String> policy = Optional.ofNullable(command.policyName());
        return accounts.values().stream()
                .filter(cell -> cell.entry().account().policy().equals(policy))
                .toList();
    }

    private static @Nullable Instant latestUse(List<AccountCell> cells) {
        Instant latest = null;
        for (AccountCell cell : cells) {
            Instant use = cell.latestUse();
            latest = use != null && (latest == null || use.isAfter(latest)) ? use : latest;
        }
        return latest;
    }

    private <A> A keep(AdminStep<A> step) {
        PolicyEntry policy = step.policy();
        if (policy != null) {
            policies.put(policy.name(), policy);
        }
        if (step.droppedPolicy() != null) {
            policies.remove(step.droppedPolicy());
        }
        AccountEntry account = step.account();
        if (account != null) {
            define(account);
        }
        return step.answer();
    }

    private void define(AccountEntry account) {
        AccountCell cell = accounts.get(account.id());
        if (cell == null) {
            accounts.put(account.id(), new AccountCell(account, policy(account)));
        } else {
            locked(cell, () -> {
                cell.define(account, policy(account));
                return account;
            });
        }
    }

    private AdminState adminState(AdminCommand<?> command) {
        AccountId id = command.accountId();
        AccountEntry account = id == null ? null : account(id).orElse(null);
        String policyName = command.policyName();
        return new AdminState(
                account,
                chainOf(command.parentId()),
                account == null ? 0 : levelsBelow(account.id()),
                policyName == null ? null : policies.get(policyName),
                policyName != null && anyAccount(other -> other.policy().equals(Optional.of(policyName))),
                null);
    }

    private List<AccountEntry> chainOf(@Nullable AccountId nearest) {
        List<AccountEntry> chain = new ArrayList<>();
        for (AccountId id = nearest; id != null; ) {
            Optional<AccountEntry> entry = account(id);
            entry.ifPresent(chain::add);
            id = entry.flatMap(found -> found.account().parent()).orElse(null);
        }
        return chain;
    }

    private int levelsBelow(AccountId top) {
        int levels = 0;
        Set<AccountId> level = Set.of(top);
        while (true) {
            Set<AccountId> parents = level;
            Set<AccountId> below = new HashSet<>();
            accounts.values().stream()
                    .map(this::entry)
                    .filter(entry -> !entry.deleted()
                            && entry.account()
                                    .parent()
                                    .filter(parents::contains)
                                    .isPresent())
                    .forEach(entry -> below.add(entry.id()));
            if (below.isEmpty()) {
                return levels;
            }
            levels++;
            level = below;
        }
    }

    private boolean anyAccount(Predicate<Account> condition) {
        return accounts.values().stream()
                .map(this::entry)
                .anyMatch(entry -> !entry.deleted() && condition.test(entry.account()));
    }

    private AccountEntry entry(AccountCell cell) {
        return locked(cell, cell::entry);
    }

    private static <T> T locked(AccountCell cell, Supplier<T> body) {
        cell.lock.lock();
        try {
            return body.get();
        } finally {
            cell.lock.unlock();
        }
    }

    @Override
    public Optional<AccountEntry> account(AccountId id) {
        requireOpen();
        return Optional.ofNullable(accounts.get(id)).map(this::entry);
    }

    @Override
    public List<AccountEntry> accounts(@Nullable AccountId after, int max) {
        requireOpen();
        return (after == null ? accounts : accounts.tailMap(after, false))
                .values().stream().limit(max).map(this::entry).toList();
    }

    @Override
    public Optional<PolicyEntry> policy(String name) {
        requireOpen();
        return Optional.ofNullable(policies.get(name));
    }

    @Override
    public List<PolicyEntry> policies(@Nullable String after, int max) {
        requireOpen();
        return (after == null ? policies : policies.tailMap(after, false))
                .values().stream().limit(max).toList();
    }

    @Override
    public Optional<ReservationState> reservation(RequestId id) {
        requireOpen();
        return Optional.ofNullable(reservations.get(id));
    }

    @Override
    public void journal(JournalQuery query, Consumer<JournalRow> rows) {
        requireOpen();
        List<AccountCell> cells = query.account() == null
                ? List.copyOf(accounts.values())
                : Optional.ofNullable(accounts.get(query.account())).stream().toList();
        List<AccountCell.Line> lines = new ArrayList<>();
        cells.forEach(cell -> cell.lock.lock());
        try {
            cells.forEach(cell -> lines.addAll(cell.journal()));
        } finally {
            cells.forEach(cell -> cell.lock.unlock());
        }
        lines.stream()
                .sorted(Comparator.comparingLong(AccountCell.Line::sequence))
                .map(AccountCell.Line::row)
                .filter(row -> !row.reservedAt().isBefore(query.reservedFrom())
                        && row.reservedAt().isBefore(query.reservedBefore()))
                .forEach(rows);
    }

    @Override
    public List<UsageAudit> audit(AccountId id) {
        requireOpen();
        AccountCell cell = accounts.get(id);
        return cell == null ? List.of() : locked(cell, () -> cell.audit(policy(cell.entry())));
    }

    @Override
    public List<RequestId> expired(int max) {
        requireOpen();
        Instant now = clock.instant();
        return reservations.values().stream()
                .filter(state ->
                        state.status() == ReservationStatus.HELD && state.statusAt(now) == ReservationStatus.EXPIRED)
                .limit(max)
                .map(ReservationState::id)
                .toList();
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
        for (RefundState refund : refunds.values()) {
            if (forgotten < max && refund.at().isBefore(endedBefore) && refunds.remove(refund.id(), refund)) {
                forgotten++;
            }
        }
        for (ReservationState state : reservations.values()) {
            Instant endedAt = state.endedAt();
            if (forgotten < max && endedAt != null && endedAt.isBefore(endedBefore) && forget(state)) {
                forgotten++;
            }
        }
        return forgotten;
    }

    private boolean forget(ReservationState state) {
        // A late settle may have come between: then it is not this state any more, and stays.
        if (!reservations.remove(state.id(), state)) {
            return false;
        }
        for (AccountId id : state.chain()) {
            AccountCell cell = cell(id);
            locked(cell, () -> {
                cell.dropHolds(state.id());
                return state;
            });
        }
        return true;
    }

    @Override
    public Instant now() {
        requireOpen();
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
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
