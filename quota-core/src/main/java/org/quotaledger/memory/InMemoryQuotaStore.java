package org.quotaledger.memory;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
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
import org.quotaledger.admin.AccountLimits;
import org.quotaledger.admin.AdminCommand;
import org.quotaledger.admin.AdminState;
import org.quotaledger.admin.AdminStep;
import org.quotaledger.admin.OverflowTarget;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.history.Change;
import org.quotaledger.history.HistoryQuery;
import org.quotaledger.history.KeptChange;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaLimit;
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
    private final ChangeBox changes = new ChangeBox();
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
        Set<AccountId> overflows = Set.of();
        while (true) {
            List<AccountCell> chain = chain(command, reservation(command));
            List<AccountCell> inOrder = sorted(chain, overflows);
            lock(inOrder);
            try {
                // Read once: one that came to be after its chain was compared would be decided without its accounts.
                ReservationState known = reservation(command);
                // The parents, or the reservation, may have changed before the locks were taken.
                if (chain.equals(chain(command, known))) {
                    Step<A> step = decide(command, chain, known, inOrder);
                    if (step instanceof Step.Needs<A> needs) {
                        overflows = union(overflows, needs.overflows());
                    } else if (step instanceof Step.Done<A> done && keep(command, done, inOrder)) {
                        return new Applied<>(done.answer(), done.events(), ids(inOrder));
                    }
                }
            } finally {
                unlock(inOrder);
            }
        }
    }

    private static Set<AccountId> union(Set<AccountId> one, Set<AccountId> another) {
        Set<AccountId> both = new HashSet<>(one);
        both.addAll(another);
        return both;
    }

    private static void lock(List<AccountCell> cells) {
        for (int i = 0; i < cells.size(); i++) {
            cells.get(i).lock.lock();
        }
    }

    private static void unlock(List<AccountCell> cells) {
        for (int i = 0; i < cells.size(); i++) {
            cells.get(i).lock.unlock();
        }
    }

    /** Returns the accounts that the command is about: its reservation's, or its account and that one's parents. */
    private List<AccountCell> chain(Command<?> command, @Nullable ReservationState known) {
        if (known != null) {
            List<AccountId> ids = known.chain();
            return ids.size() == 1
                    ? List.of(cell(ids.get(0)))
                    : ids.stream().map(this::cell).toList();
        }
        return chain(command.account());
    }

    /** Returns an account and its parents; none, if it was never created. */
    private List<AccountCell> chain(@Nullable AccountId nearest) {
        AccountCell first = nearest == null ? null : accounts.get(nearest);
        if (first == null) {
            return List.of();
        }
        AccountId parent = first.entry().account().parent().orElse(null);
        return parent == null ? List.of(first) : chain(first, parent);
    }

    private List<AccountCell> chain(AccountCell first, AccountId parent) {
        List<AccountCell> chain = new ArrayList<>();
        chain.add(first);
        for (AccountId id = parent; id != null && chain.size() < Account.MAX_CHAIN; ) {
            AccountCell cell = accounts.get(id);
            if (cell == null) {
                break;
            }
            chain.add(cell);
            id = cell.entry().account().parent().orElse(null);
        }
        return chain;
    }

    private static List<AccountId> ids(List<AccountCell> chain) {
        if (chain.size() == 1) {
            return List.of(chain.get(0).entry().id());
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

    /** Returns the accounts to lock, in the order of all that lock more than one: the chain, and those of overflows. */
    private List<AccountCell> sorted(List<AccountCell> chain, Set<AccountId> overflows) {
        if (overflows.isEmpty() && chain.size() < 2) {
            return chain;
        }
        return Stream.concat(chain.stream(), overflows.stream().flatMap(to -> chain(to).stream()))
                .distinct()
                .sorted(Comparator.comparing(cell -> cell.entry().id()))
                .toList();
    }

    /** Returns the step, which needs an overflow only where accounts of it are not locked yet. */
    private <A> Step<A> decide(
            Command<A> command,
            List<AccountCell> chain,
            @Nullable ReservationState known,
            Collection<AccountCell> locked) {
        Instant now = clock.instant();
        for (AccountCell cell : locked) {
            now = cell.noEarlierThanKept(now);
        }
        LedgerState state = load(command, chain, known);
        Step<A> step = command.decide(state, now);
        while (step instanceof Step.Needs<A> needs) {
            for (AccountId to : needs.overflows()) {
                List<AccountCell> overflow = chain(to);
                if (!locked.containsAll(overflow)) {
                    return step;
                }
                state = state.withOverflow(to, states(overflow, null));
            }
            state = more(state, needs);
            step = command.decide(state, now);
        }
        return step;
    }

    private LedgerState more(LedgerState state, Step.Needs<?> needs) {
        LedgerState more = state;
        for (AccountId id : needs.holdsOf()) {
            more = more.withHolds(id, cell(id).liveHolds());
        }
        for (Step.Recount recount : needs.recounts()) {
            more = more.withUsage(cell(recount.account()).recount(recount));
        }
        for (Step.AlertsOf alerts : needs.alertsOf()) {
            more = more.withAlerts(alerts, cell(alerts.account()).alerted(alerts));
        }
        return more;
    }

    private LedgerState load(Command<?> command, List<AccountCell> chain, @Nullable ReservationState known) {
        RequestId refund = command.refund();
        return new LedgerState(
                states(chain, known),
                known,
                known == null ? List.of() : holds(chain, known.id()),
                refund == null ? null : refunds.get(refund));
    }

    private static List<Hold> holds(List<AccountCell> chain, RequestId reservation) {
        if (chain.size() == 1) {
            return chain.get(0).holdsOf(reservation);
        }
        List<Hold> holds = new ArrayList<>(chain.size());
        chain.forEach(cell -> holds.addAll(cell.holdsOf(reservation)));
        return holds;
    }

    private List<AccountState> states(List<AccountCell> chain, @Nullable ReservationState known) {
        if (chain.size() == 1) {
            return List.of(state(chain.get(0), known));
        }
        return chain.stream().map(cell -> state(cell, known)).toList();
    }

    private AccountState state(AccountCell cell, @Nullable ReservationState known) {
        return cell.state(policy(cell.entry()), known);
    }

    private @Nullable PolicyEntry policy(AccountEntry account) {
        String name = account.account().policy().orElse(null);
        return name == null ? null : policies.get(name);
    }

    /** Keeps all of a step, or nothing and returns {@code false} if another step has just taken its id. */
    private boolean keep(Command<?> command, Step.Done<?> done, List<AccountCell> locked) {
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
            among(locked, row.account()).keep(row);
        }
        for (Hold hold : done.holds()) {
            among(locked, hold.account()).keep(hold);
        }
        if (done.dropsHolds() && reservation != null) {
            for (AccountId id : reservation.chain()) {
                among(locked, id).dropHolds(reservation.id());
            }
        }
        for (JournalRow row : done.journal()) {
            among(locked, row.account()).append(journalSequence.incrementAndGet(), row);
        }
        for (AccountEntry account : done.accounts()) {
            among(locked, account.id()).define(account, policy(account));
        }
        if (done.events().isEmpty() && done.changes().isEmpty()) {
            return true;
        }
        events.add(done.events());
        changes.add(done.changes());
        for (LedgerEvent event : done.events()) {
            if (event instanceof LedgerEvent.Alert alert) {
                among(locked, alert.account()).keep(alert);
            }
        }
        return true;
    }

    /** Returns the account of a row of a step: one of those that are locked for it. */
    private static AccountCell among(List<AccountCell> locked, AccountId id) {
        for (int i = 0; i < locked.size(); i++) {
            if (locked.get(i).entry().id().equals(id)) {
                return locked.get(i);
            }
        }
        throw new IllegalStateException("step keeps something of " + id + ", which is not locked for it");
    }

    @Override
    public <A> Applied<A> administer(AdminCommand<A> command, @Nullable String actor) {
        requireOpen();
        definitions.lock();
        try {
            // Looked up before the locks: it takes those of other accounts, and definitions stand still meanwhile.
            AdminState state = adminState(command);
            List<AccountCell> concerned = concerned(command);
            concerned.forEach(cell -> cell.lock.lock());
            try {
                Instant now = clock.instant();
                Map<AccountCell, List<LimitEntry>> before = new LinkedHashMap<>();
                concerned.forEach(cell -> before.put(cell, cell.entry().limits(policy(cell.entry()))));
                AdminStep<A> step = command.decide(fresh(state, concerned), now, actor);
                keep(step);
                return reassessed(command, step, before, now);
            } finally {
                concerned.forEach(cell -> cell.lock.unlock());
            }
        } finally {
            definitions.unlock();
        }
    }

    /** A step may have suspended the account since it was looked up, before its lock was taken. */
    private static AdminState fresh(AdminState state, List<AccountCell> concerned) {
        AccountEntry account = state.account();
        AdminState fresh = state.withLatestUse(latestUse(concerned));
        return account == null ? fresh : fresh.withAccount(concerned.get(0).entry());
    }

    /** Looks again at every account whose limits the command has changed. */
    private <A> Applied<A> reassessed(
            AdminCommand<A> command, AdminStep<A> step, Map<AccountCell, List<LimitEntry>> before, Instant now) {
        A last = step.answer();
        List<LedgerEvent> told = new ArrayList<>(step.events());
        for (Map.Entry<AccountCell, List<LimitEntry>> each : before.entrySet()) {
            AccountCell cell = each.getKey();
            if (cell.entry().limits(policy(cell.entry())).equals(each.getValue())) {
                continue;
            }
            Command.Reassess reassess = new Command.Reassess(cell.entry().id(), each.getValue(), step.operation());
            Step.Done<Boolean> done = reassess(reassess, cell, now);
            keep(reassess, done, List.of(cell));
            told.addAll(done.events());
            for (AccountEntry account : done.accounts()) {
                last = command.reassessed(last, account);
            }
        }
        return new Applied<>(last, told, ids(List.copyOf(before.keySet())));
    }

    private Step.Done<Boolean> reassess(Command.Reassess command, AccountCell cell, Instant now) {
        List<AccountCell> alone = List.of(cell);
        LedgerState state = load(command, alone, null);
        Instant noEarlier = cell.noEarlierThanKept(now);
        Step<Boolean> step = command.decide(state, noEarlier);
        while (step instanceof Step.Needs<Boolean> needs) {
            state = more(state, needs);
            step = command.decide(state, noEarlier);
        }
        return (Step.Done<Boolean>) step;
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

    private void keep(AdminStep<?> step) {
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
        events.add(step.events());
        Change change = step.change();
        if (change != null) {
            changes.add(List.of(change));
        }
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
        PolicyEntry own = account == null ? null : policy(account);
        return new AdminState(
                account,
                limitsOf(command.parentId()),
                account == null ? 0 : levelsBelow(account.id()),
                policyName == null ? own : policies.get(policyName),
                own,
                policyName != null && anyAccount(other -> other.policy().equals(Optional.of(policyName))),
                overflows(command),
                null,
                changes.of(command.operation()));
    }

    private List<AccountLimits> limitsOf(@Nullable AccountId nearest) {
        List<AccountLimits> chain = new ArrayList<>();
        for (AccountCell cell : chain(nearest)) {
            AccountEntry entry = entry(cell);
            chain.add(new AccountLimits(entry, policy(entry)));
        }
        return chain;
    }

    private List<OverflowTarget> overflows(AdminCommand<?> command) {
        Set<AccountId> targets = new TreeSet<>();
        addTargets(command.limits(), targets);
        policies.values().forEach(policy -> addTargets(policy.policy().limits(), targets));
        accounts.values().stream()
                .map(this::entry)
                .filter(entry -> !entry.deleted())
                .forEach(entry -> addTargets(entry.account().overrides(), targets));
        return targets.stream()
                .map(to -> new OverflowTarget(to, limitsOf(to), isAboveUsers(to, command.policyName())))
                .toList();
    }

    private static void addTargets(List<QuotaLimit> limits, Set<AccountId> targets) {
        limits.forEach(limit -> limit.onExhaustion().overflow().ifPresent(targets::add));
    }

    private boolean isAboveUsers(AccountId to, @Nullable String policy) {
        return policy != null
                && anyAccount(account -> account.policy().equals(Optional.of(policy))
                        && chain(account.id()).stream()
                                .anyMatch(cell -> cell.entry().id().equals(to)));
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
        List<JournalLines.Line> lines = new ArrayList<>();
        cells.forEach(cell -> cell.lock.lock());
        try {
            cells.forEach(cell -> lines.addAll(cell.journal()));
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
    public List<AccountId> suspensionsOver(int max) {
        requireOpen();
        Instant now = clock.instant();
        return accounts.values().stream()
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
