package org.quotaledger.outage;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.quotaledger.accounting.Command;
import org.quotaledger.reservation.Decision;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationStatus;

/** The requests that were let through and are not recorded yet, at most so many. Thread-safe. */
final class LetThrough {

    /** For how long a late settle of one that has expired is waited for, if its place is not needed. */
    private static final Duration LATE = Duration.ofDays(1);

    private final int most;

    /** In the order in which they were let through. Guarded by this. */
    private final Map<RequestId, Unrecorded> kept = new LinkedHashMap<>();

    /** Those that can be recorded. Guarded by this. */
    private final Set<RequestId> due = new LinkedHashSet<>();

    /** How many are kept, to be asked without the lock: most of the time none is. */
    private volatile int count;

    LetThrough(int most) {
        this.most = most;
    }

    int count() {
        return count;
    }

    /**
     * Lets a request through, unless another try of its id was while this one waited: that one answers it, as it is now.
     *
     * @return the answer, or {@code null} if there is no place for it
     */
    synchronized @Nullable Decision add(Command.Reserve reserve, boolean mayBeKept, Instant now) {
        Unrecorded before = kept.get(reserve.reservation());
        if (before != null) {
            if (mayBeKept) {
                keep(before.thatMayBeKept());
            }
            return before.decide(reserve, now).answer();
        }
        if (kept.size() >= most) {
            dropExpired(now, Duration.ZERO);
        }
        if (kept.size() >= most) {
            return null;
        }
        Unrecorded added = Unrecorded.of(reserve, mayBeKept, now);
        keep(added);
        return new Decision.Held(added.state(), false, null);
    }

    synchronized Optional<ReservationState> reservation(RequestId id) {
        return Optional.ofNullable(kept.get(id)).map(Unrecorded::state);
    }

    /** Decides what is asked of one that is kept; {@code null} if there is none of its id. */
    synchronized <A> Unrecorded.@Nullable Decided<A> decide(Command<A> command, RequestId id, Instant now) {
        Unrecorded before = kept.get(id);
        if (before == null) {
            return null;
        }
        Unrecorded.Decided<A> decided = before.decide(command, now);
        if (!decided.after().equals(before)) {
            keep(decided.after());
        }
        return decided;
    }

    private void keep(Unrecorded changed) {
        RequestId id = changed.id();
        if (changed.isNothing()) {
            kept.remove(id);
            due.remove(id);
        } else {
            kept.put(id, changed);
            if (changed.state().status() != ReservationStatus.HELD) {
                due.add(id);
            } else {
                due.remove(id);
            }
        }
        count = kept.size();
    }

    /** Has those that have expired recorded with what was delivered, or dropped where nobody will settle them any more. */
    synchronized void expire(Instant now) {
        for (Unrecorded each : List.copyOf(kept.values())) {
            Unrecorded expired = each.expired(now);
            if (!expired.equals(each)) {
                keep(expired);
            }
        }
        dropExpired(now, LATE);
    }

    private void dropExpired(Instant now, Duration waitedFor) {
        Iterator<Unrecorded> each = kept.values().iterator();
        while (each.hasNext()) {
            ReservationState state = each.next().state();
            if (state.status() == ReservationStatus.HELD
                    && state.progress() == null
                    && !now.isBefore(state.expiresAt().plus(waitedFor))) {
                each.remove();
            }
        }
        count = kept.size();
    }

    /** Returns some of those that can be recorded, the oldest first. */
    synchronized List<Unrecorded> due(int max) {
        List<Unrecorded> some = new ArrayList<>();
        for (RequestId id : due) {
            Unrecorded each = kept.get(id);
            if (each != null && some.size() < max) {
                some.add(each);
            }
        }
        return some;
    }

    synchronized List<Unrecorded> all() {
        return List.copyOf(kept.values());
    }

    /** Forgets one, which is recorded or cannot be, unless it has changed since. */
    synchronized void forget(Unrecorded tried) {
        if (kept.remove(tried.id(), tried)) {
            due.remove(tried.id());
            count = kept.size();
        }
    }
}
