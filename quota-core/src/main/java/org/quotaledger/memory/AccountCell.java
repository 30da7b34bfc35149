package org.quotaledger.memory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.quotaledger.accounting.AccountState;
import org.quotaledger.accounting.Hold;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.accounting.Step;
import org.quotaledger.accounting.Usage;
import org.quotaledger.amount.Meter;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.spi.UsageAudit;
import org.quotaledger.window.QuotaWindow;

/** Everything kept of one account. All fields but the lock are guarded by the lock. */
final class AccountCell {

    final ReentrantLock lock = new ReentrantLock();

    /** Volatile, because a chain of parents is followed before its locks are taken, and again after. */
    private volatile AccountEntry entry;

    private @Nullable PolicyEntry policy;
    private List<LimitEntry> limits;

    /** Rows that still count or may hold something, which is what a step looks at. */
    private final List<Usage> open = new ArrayList<>(4);

    /** All other rows, by what their spans belong to and start of their span. */
    private final Map<Spans, TreeMap<Instant, Usage>> closed = new HashMap<>(0);

    private final Map<RequestId, List<Hold>> holds = new HashMap<>(0);

    /** When each level of each limit last alerted. */
    private final Map<String, Map<String, Instant>> alerts = new HashMap<>(0);

    /** The latest instant of a step that changed anything here: time never runs backwards from it. */
    private Instant latest = Instant.MIN;

    private final List<Line> journal = new ArrayList<>(0);

    /** What has spans that do not overlap: a limit can have had other windows before. */
    private record Spans(String limit, QuotaWindow window, Meter meter) {

        static Spans of(Usage row) {
            return new Spans(row.limit(), row.window(), row.meter());
        }
    }

    /** A row of the journal with its place among those of all accounts. */
    record Line(long sequence, JournalRow row) {}

    AccountCell(AccountEntry entry, @Nullable PolicyEntry policy) {
        this.entry = entry;
        this.policy = policy;
        this.limits = entry.limits(policy);
    }

    AccountEntry entry() {
        return entry;
    }

    void define(AccountEntry changed, @Nullable PolicyEntry itsPolicy) {
        entry = changed;
        policy = itsPolicy;
        limits = changed.limits(itsPolicy);
    }

    List<LimitEntry> limits() {
        return limits;
    }

    /** Returns the account as a step sees it, with the rows whose spans contain these instants. */
    @SuppressWarnings(
            "ReferenceEquality") // An entry is replaced as a whole; comparing its limits would cost each step.
    AccountState state(@Nullable PolicyEntry currentPolicy, List<Instant> instants) {
        if (policy != currentPolicy) {
            define(entry, currentPolicy);
        }
        List<Usage> rows = open;
        if (!instants.isEmpty() && !closed.isEmpty()) {
            rows = new ArrayList<>(open);
            for (Instant instant : instants) {
                addClosed(rows, instant);
            }
        }
        return new AccountState(entry, limits, rows);
    }

    private void addClosed(List<Usage> rows, Instant instant) {
        for (TreeMap<Instant, Usage> ofWindow : closed.values()) {
            Map.Entry<Instant, Usage> covering = ofWindow.floorEntry(instant);
            if (covering != null
                    && covering.getValue().span().contains(instant)
                    && !rows.contains(covering.getValue())) {
                rows.add(covering.getValue());
            }
        }
    }

    List<Hold> liveHolds() {
        return holds.values().stream()
                .flatMap(Collection::stream)
                .filter(hold -> !hold.expired())
                .toList();
    }

    List<Hold> holdsOf(RequestId reservation) {
        return holds.getOrDefault(reservation, List.of());
    }

    /** Returns the latest instant of a step that changed anything here, or {@code null} if none did. */
    @Nullable
    Instant latestUse() {
        return latest.equals(Instant.MIN) ? null : latest;
    }

    Instant noEarlierThanKept(Instant clock) {
        return latest.isAfter(clock) ? latest : clock;
    }

    void keep(Usage row) {
        latest = noEarlierThanKept(row.updatedAt());
        open.removeIf(other -> isSame(other, row));
        for (TreeMap<Instant, Usage> ofWindow : closed.values()) {
            Usage same = ofWindow.get(row.span().startInclusive());
            if (same != null && isSame(same, row)) {
                ofWindow.remove(row.span().startInclusive());
            }
        }
        open.add(row);
        for (int i = open.size() - 1; i >= 0; i--) {
            Usage other = open.get(i);
            if (other.earliestExpiry() == null && !latest.isBefore(other.countedUntil())) {
                open.remove(i);
                closed.computeIfAbsent(Spans.of(other), spans -> new TreeMap<>())
                        .put(other.span().startInclusive(), other);
            }
        }
    }

    private static boolean isSame(Usage one, Usage another) {
        return one.span().equals(another.span()) && one.limit().equals(another.limit());
    }

    void keep(Hold hold) {
        latest = noEarlierThanKept(hold.reservedAt());
        List<Hold> changed = new ArrayList<>(holdsOf(hold.reservation()));
        changed.removeIf(other -> other.meter().equals(hold.meter()));
        changed.add(hold);
        holds.put(hold.reservation(), List.copyOf(changed));
    }

    void dropHolds(RequestId reservation) {
        holds.remove(reservation);
    }

    void keep(LedgerEvent.Alert alert) {
        alerts.computeIfAbsent(alert.limit(), limit -> new HashMap<>())
                .put(alert.threshold().level().toString(), alert.at());
    }

    /** Returns the levels at which a limit alerted. */
    Set<String> alerted(Step.AlertsOf asked) {
        Map<String, Instant> levels = alerts.getOrDefault(asked.limit(), Map.of());
        return levels.keySet().stream()
                .filter(level -> Objects.requireNonNull(levels.get(level)).isAfter(asked.since()))
                .collect(Collectors.toUnmodifiableSet());
    }

    void append(long sequence, JournalRow row) {
        latest = noEarlierThanKept(row.recordedAt());
        journal.add(new Line(sequence, row));
    }

    List<Line> journal() {
        return List.copyOf(journal);
    }

    /** Returns the row that the journal and the holds say. */
    Usage recount(Step.Recount recount) {
        QuotaLimit limit = recount.limit();
        long used = 0;
        for (Line line : journal) {
            JournalRow row = line.row();
            Instant at = limit.chargeTime() == ChargeTime.SETTLE ? row.settledAt() : row.reservedAt();
            boolean counts = !row.reservedAt().isBefore(recount.reservedFrom());
            if (counts && limit.meter().equals(row.meter()) && recount.span().contains(at)) {
                used = Math.addExact(used, row.units());
            }
        }
        long held = 0;
        Instant earliest = null;
        for (Hold hold : liveHolds()) {
            boolean counts = !hold.reservedAt().isBefore(recount.reservedFrom());
            if (counts && limit.meter().equals(hold.meter()) && recount.span().contains(hold.reservedAt())) {
                held = Math.addExact(held, hold.units());
                earliest = earliest == null || hold.expiresAt().isBefore(earliest) ? hold.expiresAt() : earliest;
            }
        }
        return recount.usage(used, held, earliest);
    }

    List<UsageAudit> audit(@Nullable PolicyEntry currentPolicy) {
        List<LimitEntry> inForceNow = entry.limits(currentPolicy);
        List<Usage> rows = new ArrayList<>(open);
        closed.values().forEach(ofWindow -> rows.addAll(ofWindow.values()));
        List<UsageAudit> audits = new ArrayList<>();
        for (LimitEntry inForce : inForceNow) {
            for (Usage row : rows) {
                // A row not touched since its limit came to count is recomputed before it is used again.
                if (row.isOf(inForce.limit()) && !row.updatedAt().isBefore(inForce.countedSince())) {
                    Usage counted = recount(Step.Recount.of(entry.id(), inForce, row.span(), row.updatedAt()));
                    audits.add(new UsageAudit(row, counted.used(), counted.held()));
                }
            }
        }
        return audits;
    }
}
