package org.quotaledger.memory;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.quotaledger.accounting.AccountHolds;
import org.quotaledger.accounting.Compaction;
import org.quotaledger.accounting.Counter;
import org.quotaledger.accounting.Facts;
import org.quotaledger.accounting.Hold;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.accounting.ReturnToClock;
import org.quotaledger.accounting.WorkingAccount;
import org.quotaledger.amount.ExactSum;
import org.quotaledger.amount.Meter;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.spi.UsageAudit;
import org.quotaledger.window.QuotaWindow;

/** What came of the use of one account: its rows, holds, alerts and journal. Guarded by the account's lock. */
final class AccountUse {

    /** The account as steps see it, with the counters that still count or may hold something. */
    private final WorkingAccount working;

    /** All other counters, by what their spans belong to and start of their span. */
    private Map<Spans, TreeMap<Instant, Counter>> closed = Map.of();

    private @Nullable Map<RequestId, List<Hold>> holds;
    private @Nullable LiveHolds live;

    /** When each level of each limit alerted, and when its refusals were published, as far as it is asked for. */
    private Map<String, Map<String, NavigableSet<Instant>>> alerts = Map.of();

    /** The latest instant of a step that changed anything here: time never runs backwards from it. */
    private Instant latest = Instant.MIN;

    private @Nullable JournalLines journal;

    /** What the last settled of those charged here has in common with others, for the next to share. */
    private SettledReservation.@Nullable Common latestSettled;

    private boolean limitsKnown;

    /** The policy by which the limits in force are known. */
    private @Nullable PolicyEntry limitsBy;

    AccountUse(AccountEntry account) {
        working = new WorkingAccount(account, List.of(), List.of());
    }

    /** What has spans that do not overlap: a limit can have had other windows before. */
    private record Spans(String limit, QuotaWindow window, Meter meter) {

        static Spans of(Counter row) {
            return new Spans(row.limit(), row.window(), row.meter());
        }
    }

    /** Returns the account as a step sees it, with the counters whose spans contain these instants too. */
    @SuppressWarnings("ReferenceEquality") // Definitions are replaced as a whole; comparing them would cost each step.
    WorkingAccount working(AccountEntry entry, @Nullable PolicyEntry policy, List<Instant> instants) {
        if (!limitsKnown || entry != working.entry() || policy != limitsBy) {
            working.define(entry, entry.limits(policy));
            limitsBy = policy;
            limitsKnown = true;
        }
        if (!closed.isEmpty()) {
            instants.forEach(this::open);
        }
        return working;
    }

    private void open(Instant instant) {
        for (TreeMap<Instant, Counter> ofWindow : closed.values()) {
            Map.Entry<Instant, Counter> covering = ofWindow.floorEntry(instant);
            if (covering != null && covering.getValue().span().contains(instant)) {
                working.add(covering.getValue());
                ofWindow.remove(covering.getKey());
            }
        }
    }

    AccountHolds lookUp(Facts.HoldsOf asked) {
        return live().lookUp(asked);
    }

    private LiveHolds live() {
        LiveHolds known = live;
        if (known == null) {
            known = new LiveHolds();
            live = known;
        }
        return known;
    }

    List<Hold> holdsOf(RequestId reservation) {
        List<Hold> kept = holds == null ? null : holds.get(reservation);
        return kept == null ? List.of() : kept;
    }

    /** Returns the latest instant of a step that changed anything here, or {@code null} if none did. */
    @Nullable
    Instant latestUse() {
        return latest.equals(Instant.MIN) ? null : latest;
    }

    Instant noEarlierThanKept(Instant clock) {
        return latest.isAfter(clock) ? latest : clock;
    }

    /** Returns a reservation charged to this very account as it is to be stored, and notes what the next can share. */
    StoredReservation stored(ReservationState reservation) {
        StoredReservation stored = StoredReservation.of(reservation, latestSettled);
        if (stored instanceof SettledReservation settled) {
            latestSettled = settled.common();
        }
        return stored;
    }

    /** Notes that a step has changed a counter of the working account. */
    @SuppressWarnings("ReferenceEquality") // A counter is its identity.
    void keep(Counter changed) {
        latest = noEarlierThanKept(changed.updatedAt());
        if (!closed.isEmpty()) {
            // A counter of another window may have had its place.
            for (TreeMap<Instant, Counter> ofWindow : closed.values()) {
                ofWindow.values().removeIf(other -> other != changed && other.isAt(changed));
            }
        }
        working.removeIf(counter -> {
            boolean over = counter.earliestExpiry() == null && !latest.isBefore(counter.countedUntil());
            if (over) {
                close(counter);
            }
            return over;
        });
    }

    void keep(Hold hold) {
        latest = noEarlierThanKept(hold.reservedAt());
        Map<RequestId, List<Hold>> all = holds == null ? new HashMap<>(4) : holds;
        holds = all;
        List<Hold> before = all.put(hold.reservation(), List.of(hold));
        if (before != null) {
            before.stream().filter(other -> other.meter().equals(hold.meter())).forEach(live()::remove);
            List<Hold> changed = new ArrayList<>(before);
            changed.removeIf(other -> other.meter().equals(hold.meter()));
            changed.add(hold);
            all.put(hold.reservation(), List.copyOf(changed));
        }
        if (!hold.expired()) {
            live().add(hold);
        }
    }

    void dropHolds(RequestId reservation) {
        List<Hold> dropped = holds == null ? null : holds.remove(reservation);
        if (dropped != null) {
            dropped.forEach(live()::remove);
        }
    }

    void keep(LedgerEvent.Refused refused) {
        keepAlert(refused.limit(), refused.kind().name(), refused.at());
    }

    void keep(LedgerEvent.Alert alert) {
        keepAlert(alert.limit(), alert.threshold().level().toString(), alert.at());
    }

    private void keepAlert(String name, String level, Instant at) {
        alerts = alerts.isEmpty() ? new HashMap<>() : alerts;
        NavigableSet<Instant> instants = alerts.computeIfAbsent(name, limit -> new HashMap<>())
                .computeIfAbsent(level, unknown -> new TreeSet<>());
        instants.headSet(at.minus(QuotaLimit.MAX_ALERT_DEBOUNCE), false).clear();
        instants.add(at);
    }

    /** Returns the levels at which a limit alerted, with the last instant of each. */
    Map<String, Instant> alerted(Facts.AlertsOf asked) {
        Map<String, Instant> last = new HashMap<>();
        alerts.getOrDefault(asked.limit(), Map.of()).forEach((level, instants) -> {
            Instant latest = instants.lower(asked.before());
            if (latest != null && latest.isAfter(asked.after())) {
                last.put(level, latest);
            }
        });
        return last;
    }

    /**
     * Brings all of it back to the clock.
     *
     * @param reservations the reservations that have come back, by their ids
     */
    void back(ReturnToClock to, Map<RequestId, ReservationState> reservations) {
        List<Counter> rows = to.back(rows());
        working.removeIf(counter -> true);
        closed = Map.of();
        latest = latest.equals(Instant.MIN) ? latest : to.back(latest);
        for (Counter row : rows) {
            if (row.earliestExpiry() != null || to.clock().isBefore(row.countedUntil())) {
                working.add(row);
            } else {
                close(row);
            }
        }
        if (holds != null) {
            holds.replaceAll((id, all) -> {
                ReservationState reservation = reservations.get(id);
                return reservation == null
                        ? all
                        : all.stream().map(hold -> to.back(hold, reservation)).toList();
            });
            live = null;
            holds.values().stream()
                    .flatMap(List::stream)
                    .filter(hold -> !hold.expired())
                    .forEach(live()::add);
        }
        alerts.values()
                .forEach(levels -> levels.replaceAll((level, instants) ->
                        instants.stream().map(to::back).collect(Collectors.toCollection(TreeSet::new))));
        JournalLines lines = new JournalLines();
        journal().forEach(line -> lines.add(line.sequence(), to.back(line.row())));
        journal = lines;
        latestSettled = null;
    }

    private void close(Counter row) {
        closed = closed.isEmpty() ? new HashMap<>() : closed;
        closed.computeIfAbsent(Spans.of(row), spans -> new TreeMap<>())
                .put(row.span().startInclusive(), row);
    }

    void append(long sequence, JournalRow row) {
        latest = noEarlierThanKept(row.recordedAt());
        JournalLines lines = journal;
        if (lines == null) {
            lines = new JournalLines();
            journal = lines;
        }
        lines.add(sequence, row);
    }

    /** Keeps the first row of each merge as it is to be, and drops the others. */
    void merge(List<Compaction.Merge<JournalLines.Line>> merges) {
        if (merges.isEmpty()) {
            return;
        }
        Map<Long, @Nullable JournalRow> changed = new HashMap<>();
        for (Compaction.Merge<JournalLines.Line> merge : merges) {
            merge.rows().forEach(line -> changed.put(line.sequence(), null));
            changed.put(merge.rows().get(0).sequence(), merge.merged());
        }
        JournalLines kept = new JournalLines();
        for (JournalLines.Line line : journal()) {
            JournalRow row = changed.containsKey(line.sequence()) ? changed.get(line.sequence()) : line.row();
            if (row != null) {
                kept.add(line.sequence(), row);
            }
        }
        journal = kept;
    }

    /** Returns all usage rows, open or not. */
    List<Counter> rows() {
        List<Counter> rows = new ArrayList<>(working.counters());
        closed.values().forEach(ofWindow -> rows.addAll(ofWindow.values()));
        return rows;
    }

    List<JournalLines.Line> journal() {
        return journal == null ? List.of() : journal.lines();
    }

    /** Returns the row that the journal and the holds say. */
    Counter recount(Facts.Recount recount) {
        return recounted(recount).row();
    }

    private Recounted recounted(Facts.Recount recount) {
        QuotaLimit limit = recount.limit();
        ExactSum used = new ExactSum();
        for (JournalLines.Line line : journal()) {
            JournalRow row = line.row();
            Instant at = limit.chargeTime() == ChargeTime.SETTLE ? row.settledAt() : row.reservedAt();
            boolean counts = !row.reservedAt().isBefore(recount.reservedFrom());
            if (counts && limit.meter().equals(row.meter()) && recount.span().contains(at)) {
                used.add(row.units());
            }
        }
        ExactSum held = new ExactSum();
        Instant earliest = null;
        for (Hold hold : live().of(limit.meter())) {
            boolean counts = !hold.reservedAt().isBefore(recount.reservedFrom());
            if (counts && recount.span().contains(hold.reservedAt())) {
                held.add(hold.units());
                earliest = earliest == null || hold.expiresAt().isBefore(earliest) ? hold.expiresAt() : earliest;
            }
        }
        return new Recounted(recount.counter(used.value(), held.value(), earliest), used.value(), held.value());
    }

    /** A row, and the sums that it counts. */
    private record Recounted(Counter row, BigInteger used, BigInteger held) {}

    List<UsageAudit> audit(AccountEntry entry, @Nullable PolicyEntry policy, Instant clock) {
        List<Counter> rows = rows();
        Instant now = noEarlierThanKept(clock);
        List<UsageAudit> audits = new ArrayList<>();
        for (LimitEntry inForce : entry.limits(policy)) {
            for (Counter row : rows) {
                // A row not touched since its limit came to count is recomputed before it is used again.
                if (row.isOf(inForce.limit()) && !row.updatedAt().isBefore(inForce.countedSince())) {
                    audits.add(audit(row, inForce));
                }
            }
            List<Counter> audited = audits.stream().map(UsageAudit::row).toList();
            Facts.Recount unwritten = Facts.Recount.ofUnwritten(entry, inForce, audited, now);
            Recounted counted = unwritten == null ? null : recounted(unwritten);
            if (counted != null && !counted.row().countable()) {
                audits.add(new UsageAudit(counted.row(), counted.used(), counted.held()));
            }
        }
        return audits;
    }

    /** Holds that were subtracted as a sum and are not marked expired have no journal row yet. */
    private UsageAudit audit(Counter row, LimitEntry entry) {
        Recounted counted = recounted(Facts.Recount.of(row.account(), entry, row.span(), row.updatedAt()));
        ExactSum charged = new ExactSum();
        ExactSum freed = new ExactSum();
        for (Hold hold : live().of(row.meter())) {
            boolean isOfRow = row.span().contains(hold.reservedAt()) && entry.counts(hold.reservedAt());
            Instant earliest = row.earliestExpiry();
            if (isOfRow && (earliest == null || hold.expiresAt().isBefore(earliest))) {
                freed.add(hold.units());
                charged.add(entry.limit().chargeTime() == ChargeTime.RESERVE ? hold.due() : 0);
            }
        }
        return new UsageAudit(
                row.copy(), counted.used().add(charged.value()), counted.held().subtract(freed.value()));
    }
}
