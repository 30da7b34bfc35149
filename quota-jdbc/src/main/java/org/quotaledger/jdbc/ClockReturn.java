package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Counter;
import org.quotaledger.accounting.Hold;
import org.quotaledger.accounting.PolicyChange;
import org.quotaledger.accounting.ReturnToClock;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;

/** Writes what {@link ReturnToClock} says of some accounts, under their locks and in one transaction. */
final class ClockReturn {

    private static final String CHARGED_LATER = """
            SELECT DISTINCT reservation_id
            FROM quota_journal
            WHERE account_id IN (?...) AND recorded_at > ?
            """;

    private static final String HELD_LATER = """
            SELECT DISTINCT reservation_id
            FROM quota_hold
            WHERE account_id IN (?...) AND (reserved_at > ? OR expires_at > ?)
            """;

    private static final String RESERVATION = """
            UPDATE quota_reservation
            SET reserved_at = ?, expires_at = ?, ended_at = ?
            WHERE id = ?
            """;

    /** In the order of the instants of a row: none is earlier than the one before it at any time. */
    private static final List<String> LATER = List.of("""
            UPDATE quota_journal
            SET reserved_at = ?
            WHERE account_id = ? AND reserved_at > ?
            """, """
            UPDATE quota_journal
            SET settled_at = ?
            WHERE account_id = ? AND settled_at > ?
            """, """
            UPDATE quota_journal
            SET recorded_at = ?
            WHERE account_id = ? AND recorded_at > ?
            """, """
            UPDATE quota_event
            SET happened_at = ?
            WHERE account_id = ? AND happened_at > ?
            """, """
            UPDATE quota_event
            SET next_attempt_at = ?
            WHERE account_id = ? AND delivered_at IS NULL AND next_attempt_at > ?
            """);

    /** Events of policies have no account. */
    private static final List<String> LATER_OF_POLICIES = List.of("""
            UPDATE quota_event
            SET happened_at = ?
            WHERE account_id IS NULL AND happened_at > ?
            """, """
            UPDATE quota_event
            SET next_attempt_at = ?
            WHERE account_id IS NULL AND delivered_at IS NULL AND next_attempt_at > ?
            """);

    private ClockReturn() {}

    /** @param clock the clock that decides, or {@code null} for the database's */
    static void run(Session session, List<AccountId> sorted, @Nullable Clock clock) throws SQLException {
        Edits.lockDefinitions(session);
        Edits.lockToChange(session, sorted);
        ReturnToClock to = new ReturnToClock(clock == null ? session.now() : clock.instant());
        defineAgain(session, sorted, to);
        Map<AccountId, List<Counter>> usage = new HashMap<>();
        for (AccountId id : sorted) {
            usage.put(id, UsageTable.all(session, id));
        }
        bringReservations(session, reservations(session, sorted, to.clock()), usage, to);
        for (String later : LATER) {
            session.batch(
                    later,
                    sorted,
                    (values, id) -> values.time(to.clock()).text(id.value()).time(to.clock()));
        }
        for (String later : LATER_OF_POLICIES) {
            session.update(later, values -> values.time(to.clock()).time(to.clock()));
        }
        for (List<Counter> rows : usage.values()) {
            bringUsage(session, rows, to);
        }
    }

    private static void defineAgain(Session session, List<AccountId> ids, ReturnToClock to) throws SQLException {
        Set<String> policies = new TreeSet<>();
        List<AccountTable.Changed> changed = new ArrayList<>();
        for (AccountEntry entry : AccountTable.accounts(session, ids)) {
            changed.add(new AccountTable.Changed(entry, to.back(entry)));
            entry.account().policy().ifPresent(policies::add);
        }
        AccountTable.keep(session, changed);
        for (String name : policies) {
            PolicyEntry policy = PolicyTable.find(session, name);
            if (policy != null && !to.back(policy).equals(policy)) {
                PolicyTable.keep(session, new PolicyChange(policy, to.back(policy)));
            }
        }
    }

    private static Set<RequestId> reservations(Session session, List<AccountId> ids, Instant now) throws SQLException {
        List<String> accounts = ids.stream().map(AccountId::value).toList();
        Set<RequestId> found = new LinkedHashSet<>();
        found.addAll(session.list(CHARGED_LATER, accounts, to -> to.time(now), row -> RequestId.of(row.text())));
        found.addAll(session.list(HELD_LATER, accounts, to -> to.time(now).time(now), row -> RequestId.of(row.text())));
        return found;
    }

    private static void bringReservations(
            Session session, Collection<RequestId> ids, Map<AccountId, List<Counter>> usage, ReturnToClock to)
            throws SQLException {
        Map<RequestId, ReservationState> states = ReservationTable.byId(session, ids);
        Map<RequestId, List<Hold>> holds =
                HoldTable.of(session, ids).stream().collect(Collectors.groupingBy(Hold::reservation));
        List<ReservationState> changed = new ArrayList<>();
        List<Hold> changedHolds = new ArrayList<>();
        for (ReservationState state : states.values()) {
            List<Hold> itsHolds = holds.getOrDefault(state.id(), List.of());
            List<Counter> rows = state.chain().stream()
                    .flatMap(id -> usage.getOrDefault(id, List.of()).stream())
                    .toList();
            ReservationState back = to.back(state, itsHolds, rows);
            if (!back.equals(state)) {
                changed.add(back);
            }
            for (Hold hold : itsHolds) {
                if (!to.back(hold, back).equals(hold)) {
                    changedHolds.add(to.back(hold, back));
                }
            }
        }
        session.batchOfOne(
                RESERVATION,
                changed,
                (values, state) -> values.time(state.reservedAt())
                        .time(state.expiresAt())
                        .time(state.endedAt())
                        .text(state.id().value()));
        HoldTable.update(session, changedHolds);
    }

    /** Rows that count are written even where nothing of them is changed: a later step may have closed them. */
    private static void bringUsage(Session session, List<Counter> rows, ReturnToClock to) throws SQLException {
        Map<UsageTable.Key, Counter> before = new HashMap<>();
        rows.forEach(row -> before.put(UsageTable.Key.of(row), row));
        Set<UsageTable.Key> dropped = new HashSet<>(before.keySet());
        List<Counter> written = new ArrayList<>();
        for (Counter row : to.back(rows)) {
            UsageTable.Key key = UsageTable.Key.of(row);
            dropped.remove(key);
            Counter was = before.get(key);
            boolean unchanged = was != null && was.values().equals(row.values());
            if (!unchanged || to.clock().isBefore(row.countedUntil())) {
                written.add(row);
            }
        }
        UsageTable.delete(session, dropped);
        UsageTable.updateOrInsert(session, written);
    }
}
