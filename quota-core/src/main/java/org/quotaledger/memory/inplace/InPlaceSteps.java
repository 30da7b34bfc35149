package org.quotaledger.memory.inplace;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.Released;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Settled;
import org.quotaledger.rule.Facts;
import org.quotaledger.rule.Release;
import org.quotaledger.rule.ReservationRecord;
import org.quotaledger.rule.Reserve;
import org.quotaledger.rule.RuleCommand;
import org.quotaledger.rule.Settle;
import org.quotaledger.rule.UnitOfWork;
import org.quotaledger.rule.WorkingAccount;
import org.quotaledger.rule.WorkingLimit;

/**
 * Reserve, settle and release of accounts without parents, decided by the rule on counters that it changes in place, under
 * the lock of the account. Thread-safe.
 */
public final class InPlaceSteps {

    private static final UnitOfWork NO_ACCOUNT = new UnitOfWork(List.of(), Facts.NONE);

    private final Clock clock;
    private final ConcurrentHashMap<AccountId, AccountInPlace> accounts = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<RequestId, KnownReservation> reservations = new ConcurrentHashMap<>();

    /** Creates steps without accounts. */
    public InPlaceSteps(Clock clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /** Adds an account that was never used. */
    public void add(AccountEntry entry, List<LimitEntry> limits) {
        List<WorkingLimit> unused =
                limits.stream().map(limit -> new WorkingLimit(limit, null)).toList();
        accounts.put(entry.id(), new AccountInPlace(new WorkingAccount(entry, unused)));
    }

    /** Decides a reserve. */
    public Reserve.Answer reserve(Reserve command) {
        while (true) {
            KnownReservation known = reservations.get(command.id());
            AccountInPlace account = known != null ? known.account : accounts.get(command.account());
            if (account == null) {
                return command.decide(NO_ACCOUNT, now());
            }
            account.lock.lock();
            try {
                Reserve.Answer answer = decide(command, account, known);
                if (known != null || !account.work.reservationChanged() || isKept(account)) {
                    return answer;
                }
            } finally {
                account.lock.unlock();
            }
        }
    }

    /** Keeps a new reservation, or takes it back where another account has just used its id. */
    private boolean isKept(AccountInPlace account) {
        ReservationRecord held = Objects.requireNonNull(account.work.reservation());
        KnownReservation created = new KnownReservation(account, held);
        if (reservations.putIfAbsent(held.id(), created) != null) {
            new Release(held.id())
                    .decide(account.work.begin(held, true), held.grant().reservedAt());
            return false;
        }
        account.link(created);
        return true;
    }

    /** Decides a settle. */
    public Answer<Settled> settle(Settle command) {
        return end(command.id(), command);
    }

    /** Decides a release. */
    public Answer<Released> release(Release command) {
        return end(command.id(), command);
    }

    private <T> Answer<T> end(RequestId id, RuleCommand<Answer<T>> command) {
        KnownReservation known = reservations.get(id);
        if (known == null) {
            return Answer.declined(new Declined.NotFound(id));
        }
        AccountInPlace account = known.account;
        account.lock.lock();
        try {
            Answer<T> answer = decide(command, account, known);
            if (account.work.reservationChanged()) {
                ReservationRecord ended = Objects.requireNonNull(account.work.reservation());
                if (known.linked) {
                    account.unlink(known);
                }
                known.change(ended);
                account.journal(ended);
            }
            return answer;
        } finally {
            account.lock.unlock();
        }
    }

    private <A> A decide(RuleCommand<A> command, AccountInPlace account, @Nullable KnownReservation known) {
        ReservationRecord record = known == null ? null : known.record();
        return command.decide(account.work.begin(record, known != null && known.linked), now());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** Returns the ended reservations of an account, the earliest end first. */
    public List<ReservationRecord> journal(AccountId id) {
        AccountInPlace account = Objects.requireNonNull(accounts.get(id), "account");
        account.lock.lock();
        try {
            return List.copyOf(account.journal());
        } finally {
            account.lock.unlock();
        }
    }

    /** Returns the used units of each limit in its latest span. */
    public List<Long> used(AccountId id) {
        AccountInPlace account = Objects.requireNonNull(accounts.get(id), "account");
        account.lock.lock();
        try {
            return account.account().limits().stream()
                    .map(WorkingLimit::current)
                    .map(counter -> counter == null ? 0 : counter.used())
                    .toList();
        } finally {
            account.lock.unlock();
        }
    }
}
