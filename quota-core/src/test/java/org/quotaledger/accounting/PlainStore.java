package org.quotaledger.accounting;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.ExactSum;
import org.quotaledger.amount.Meter;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.spi.Applied;
import org.quotaledger.spi.QuotaStore;

/** Plain values that the rule reads and changes: accounts, reservations, holds and rows. Confined to the test's thread. */
final class PlainStore implements Facts, InvocationHandler {

    private static final Comparator<Hold> BY_EXPIRY = Comparator.comparing(Hold::expiresAt)
            .thenComparing(hold -> hold.reservation().value())
            .thenComparing(Hold::meter);

    private final Map<AccountId, WorkingAccount> accounts = new LinkedHashMap<>();
    private final Map<RequestId, ReservationState> reservations = new HashMap<>();
    private final List<JournalRow> journal = new ArrayList<>();
    private final List<LedgerEvent> events = new ArrayList<>();
    private final Map<RequestId, RefundState> refunds = new HashMap<>();
    private final List<Hold> holds = new ArrayList<>();
    private Clock clock = Clock.systemUTC();

    /** Defines an account with limits of its own. */
    void define(AccountEntry entry) {
        WorkingAccount known = accounts.get(entry.id());
        if (known == null) {
            accounts.put(entry.id(), new WorkingAccount(entry, entry.limits(null), List.of()));
        } else {
            known.define(entry, entry.limits(null));
        }
    }

    List<JournalRow> journal() {
        return List.copyOf(journal);
    }

    private List<RequestId> expired() {
        return holds.stream()
                .filter(hold -> !hold.expired() && !hold.expiresAt().isAfter(clock.instant()))
                .map(Hold::reservation)
                .distinct()
                .toList();
    }

    private List<AccountId> suspensionsOver() {
        return accounts.values().stream()
                .map(WorkingAccount::entry)
                .filter(entry -> entry.suspension() != null && entry.suspensionAt(clock.instant()) == null)
                .map(AccountEntry::id)
                .toList();
    }

    /** Returns every counter of a limit in force that no long overflows, each with a counter recounted. */
    Map<Counter, Counter> counters() {
        Map<Counter, Counter> recounted = new LinkedHashMap<>();
        for (WorkingAccount account : accounts.values()) {
            for (LimitEntry limit : account.limits()) {
                account.counters().stream()
                        .filter(counter -> counter.isOf(limit.limit()) && counter.countable())
                        .forEach(counter -> recounted.put(
                                counter, recount(Recount.of(account.id(), limit, counter.span(), clock.instant()))));
            }
        }
        return recounted;
    }

    AccountEntry entry(AccountId id) {
        return Objects.requireNonNull(accounts.get(id)).entry();
    }

    /** Returns the store as a ledger takes it: it decides commands, reads reservations and sweeps. */
    QuotaStore asStore(Clock by) {
        clock = by;
        return (QuotaStore)
                Proxy.newProxyInstance(PlainStore.class.getClassLoader(), new Class<?>[] {QuotaStore.class}, this);
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "apply" -> apply((Command<?>) Objects.requireNonNull(arguments)[0]);
            case "submit" ->
                CompletableFuture.completedFuture(apply((Command<?>) Objects.requireNonNull(arguments)[0]));
            case "reservation" ->
                Optional.ofNullable(reservations.get(Objects.requireNonNull(arguments)[0]))
                        .map(state -> state.at(clock.instant()));
            case "expired" -> expired();
            case "suspensionsOver" -> suspensionsOver();
            case "forget" -> 0;
            case "now" -> clock.instant();
            case "within" -> proxy;
            case "close" -> null;
            default -> throw new UnsupportedOperationException(method.getName());
        };
    }

    <A> Applied<A> apply(Command<A> command) {
        RequestId id = command.reservation();
        ReservationState known = id == null ? null : reservations.get(id);
        UnitOfWork work = new UnitOfWork(
                known == null
                        ? overflow(command.account())
                        : known.chain().stream().map(accounts::get).toList(),
                known,
                holds.stream().filter(hold -> hold.reservation().equals(id)).toList(),
                refunds.get(command.refund()),
                this);
        try {
            A answer = command.decide(work, clock.instant());
            persist(work);
            return new Applied<>(answer, work.events(), work.chain());
        } finally {
            work.close();
        }
    }

    private void persist(UnitOfWork work) {
        ReservationState reservation = work.reservation();
        if (reservation != null) {
            reservations.put(reservation.id(), reservation);
            if (work.dropsHolds()) {
                holds.removeIf(hold -> hold.reservation().equals(reservation.id()));
            }
        }
        for (Hold changed : work.holds()) {
            holds.removeIf(hold -> hold.reservation().equals(changed.reservation())
                    && hold.account().equals(changed.account())
                    && hold.meter().equals(changed.meter()));
            holds.add(changed);
        }
        RefundState refund = work.refund();
        if (refund != null) {
            refunds.put(refund.id(), refund);
        }
        journal.addAll(work.journal());
        events.addAll(work.events());
        work.changedAccounts().forEach(this::define);
    }

    private List<Hold> live(AccountId account, Meter meter) {
        return holds.stream()
                .filter(hold -> !hold.expired()
                        && hold.account().equals(account)
                        && hold.meter().equals(meter))
                .sorted(BY_EXPIRY)
                .toList();
    }

    @Override
    public AccountHolds holds(HoldsOf asked) {
        Map<Expiring, AccountHolds.Sum> sums = new HashMap<>();
        asked.expiring().forEach(row -> sums.put(row, sum(asked, row)));
        List<Hold> due = holds.stream()
                .filter(hold -> !hold.expired()
                        && hold.account().equals(asked.account())
                        && hold.due() > 0
                        && !hold.expiresAt().isAfter(asked.at()))
                .sorted(BY_EXPIRY)
                .limit(asked.maxDue())
                .toList();
        Map<Meter, AccountHolds.Next> next = new HashMap<>();
        for (Meter meter : asked.meters()) {
            List<AccountHolds.Ahead> ahead = live(asked.account(), meter).stream()
                    .filter(hold -> hold.expiresAt().isAfter(asked.at()))
                    .map(hold -> new AccountHolds.Ahead(
                            hold.reservation(), meter, hold.units(), hold.due(), hold.reservedAt(), hold.expiresAt()))
                    .toList();
            next.put(meter, new AccountHolds.Next(ahead, true).first(asked.maxNext()));
        }
        return new AccountHolds(asked.at(), sums, asked.maxDue() == 0 ? null : due, next);
    }

    private AccountHolds.Sum sum(HoldsOf asked, Expiring row) {
        ExactSum units = new ExactSum();
        ExactSum due = new ExactSum();
        Instant earliest = null;
        for (Hold hold : live(asked.account(), row.meter())) {
            if (!row.counts(hold.reservedAt()) || hold.expiresAt().isBefore(row.expiredFrom())) {
                continue;
            }
            if (hold.expiresAt().isAfter(asked.at())) {
                earliest = earliest == null ? hold.expiresAt() : earliest;
            } else {
                units.add(hold.units());
                due.add(hold.due());
            }
        }
        return new AccountHolds.Sum(Counter.counted(units.value()), Counter.counted(due.value()), earliest);
    }

    @Override
    public Counter recount(Recount asked) {
        ExactSum used = new ExactSum();
        for (JournalRow row : journal) {
            Instant charged = asked.limit().chargeTime() == ChargeTime.SETTLE ? row.settledAt() : row.reservedAt();
            if (row.account().equals(asked.account())
                    && asked.limit().meter().equals(row.meter())
                    && !row.reservedAt().isBefore(asked.reservedFrom())
                    && asked.span().contains(charged)) {
                used.add(row.units());
            }
        }
        ExactSum held = new ExactSum();
        Instant earliest = null;
        for (Hold hold : live(asked.account(), asked.limit().meter())) {
            if (!hold.reservedAt().isBefore(asked.reservedFrom())
                    && asked.span().contains(hold.reservedAt())) {
                held.add(hold.units());
                earliest = earliest == null ? hold.expiresAt() : earliest;
            }
        }
        return asked.counter(used.value(), held.value(), earliest);
    }

    @Override
    public Map<String, Instant> alerts(AlertsOf asked) {
        Map<String, Instant> last = new HashMap<>();
        for (LedgerEvent event : events) {
            if (event instanceof LedgerEvent.Alert alert
                    && alert.account().equals(asked.account())
                    && alert.limit().equals(asked.limit())
                    && alert.at().isAfter(asked.after())
                    && alert.at().isBefore(asked.before())) {
                last.put(alert.threshold().level().toString(), alert.at());
            }
        }
        return last;
    }

    @Override
    public List<WorkingAccount> overflow(@Nullable AccountId to) {
        List<WorkingAccount> chain = new ArrayList<>();
        for (WorkingAccount next = accounts.get(to); next != null; next = parent(next)) {
            chain.add(next);
        }
        return chain;
    }

    private @Nullable WorkingAccount parent(WorkingAccount of) {
        return of.entry().account().parent().map(accounts::get).orElse(null);
    }
}
