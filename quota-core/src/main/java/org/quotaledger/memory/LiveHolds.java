package org.quotaledger.memory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.quotaledger.accounting.AccountHolds;
import org.quotaledger.accounting.Counter;
import org.quotaledger.accounting.Facts;
import org.quotaledger.accounting.Hold;
import org.quotaledger.amount.ExactSum;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.RequestId;

/** The holds of one account that are not marked expired, in the order of their expiry. Guarded by the account's lock. */
final class LiveHolds {

    private final Map<Meter, NavigableMap<Place, Hold>> byMeter = new HashMap<>(4);

    /** Those whose expiry charges something. */
    private final NavigableMap<Place, Hold> due = new TreeMap<>();

    /** Where a hold stands among those of an account; one without reservation and meter is before all of its instant. */
    private record Place(Instant expiresAt, String reservation, String meter) implements Comparable<Place> {

        private static final Comparator<Place> ORDER = Comparator.comparing(Place::expiresAt)
                .thenComparing(Place::reservation)
                .thenComparing(Place::meter);

        static Place of(Hold hold) {
            return new Place(
                    hold.expiresAt(), hold.reservation().value(), hold.meter().name());
        }

        static Place from(Instant expiresAt) {
            return new Place(expiresAt, "", "");
        }

        /** Times are whole microseconds. */
        static Place after(Instant expiresAt) {
            return from(expiresAt.plusNanos(1));
        }

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    void add(Hold hold) {
        byMeter.computeIfAbsent(hold.meter(), meter -> new TreeMap<>()).put(Place.of(hold), hold);
        if (hold.due() > 0) {
            due.put(Place.of(hold), hold);
        }
    }

    void remove(Hold hold) {
        Place place = Place.of(hold);
        NavigableMap<Place, Hold> holds = byMeter.get(hold.meter());
        if (holds != null) {
            holds.remove(place);
            if (holds.isEmpty()) {
                byMeter.remove(hold.meter());
            }
        }
        due.remove(place);
    }

    Collection<Hold> of(Meter meter) {
        return holds(meter).values();
    }

    private NavigableMap<Place, Hold> holds(Meter meter) {
        NavigableMap<Place, Hold> holds = byMeter.get(meter);
        return holds == null ? new TreeMap<>() : holds;
    }

    AccountHolds lookUp(Facts.HoldsOf asked) {
        Map<Facts.Expiring, AccountHolds.Sum> expired = new HashMap<>();
        asked.expiring().forEach(row -> expired.put(row, sum(row, asked.at())));
        List<Hold> dues = due.headMap(Place.after(asked.at())).values().stream()
                .limit(asked.maxDue())
                .toList();
        Map<Meter, AccountHolds.Next> next = new HashMap<>();
        asked.meters().forEach(meter -> next.put(meter, next(meter, asked)));
        return new AccountHolds(asked.at(), expired, asked.maxDue() == 0 ? null : dues, next);
    }

    private AccountHolds.Sum sum(Facts.Expiring row, Instant now) {
        NavigableMap<Place, Hold> holds = holds(row.meter());
        ExactSum units = new ExactSum();
        ExactSum charges = new ExactSum();
        for (Hold hold :
                holds.subMap(Place.from(row.expiredFrom()), Place.after(now)).values()) {
            if (row.counts(hold.reservedAt())) {
                units.add(hold.units());
                charges.add(hold.due());
            }
        }
        Instant earliest = holds.tailMap(Place.after(now)).values().stream()
                .filter(hold -> row.counts(hold.reservedAt()))
                .map(Hold::expiresAt)
                .findFirst()
                .orElse(null);
        return new AccountHolds.Sum(Counter.counted(units.value()), Counter.counted(charges.value()), earliest);
    }

    private AccountHolds.Next next(Meter meter, Facts.HoldsOf asked) {
        List<AccountHolds.Ahead> next = new ArrayList<>();
        for (Hold hold : holds(meter).tailMap(Place.after(asked.at())).values()) {
            if (next.size() == asked.maxNext()) {
                return new AccountHolds.Next(next, false);
            }
            RequestId reservation = hold.reservation();
            next.add(new AccountHolds.Ahead(
                    reservation, meter, hold.units(), hold.due(), hold.reservedAt(), hold.expiresAt()));
        }
        return new AccountHolds.Next(next, true);
    }
}
