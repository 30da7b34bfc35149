package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.json.PlainJson;
import org.quotaledger.reservation.HoldPeriod;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.RequestOrigin;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationState.Settlement;
import org.quotaledger.reservation.ReservationState.Terms;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.Tags;
import org.quotaledger.reservation.UnbilledReason;

/** Reservations and direct charges, with the accounts and the meters of each. */
final class ReservationTable {

    private static final String CHAINS = """
            SELECT id, account_id, charged_id, chain_length
            FROM quota_reservation
            WHERE id IN (?...)
            """;

    private static final String PARENTS = """
            SELECT reservation_id, account_id
            FROM quota_reservation_parent
            WHERE reservation_id IN (?...)
            ORDER BY reservation_id, ordinal
            """;

    private static final String BY_ID = """
            SELECT r.id, r.account_id, r.charged_id, r.chain_length, r.operation, r.mode, r.time_to_live_micros, r.tags,
                   r.unbilled_reason, r.observed_code, r.reserved_at, r.expires_at, r.status, r.ended_at, r.late,
                   c.meter, c.scale, c.requested, c.held, c.progress, c.cost, c.charged, c.refunded
            FROM quota_reservation r
            LEFT JOIN quota_reservation_charge c ON c.reservation_id = r.id
            WHERE r.id IN (?...)
            """;

    private static final String INSERT = """
            INSERT INTO quota_reservation (id, account_id, charged_id, chain_length, operation, mode,
                                           time_to_live_micros, tags, unbilled_reason, observed_code, reserved_at,
                                           expires_at, status, ended_at, late)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String INSERT_PARENT = """
            INSERT INTO quota_reservation_parent (reservation_id, ordinal, account_id)
            VALUES (?, ?, ?)
            """;

    private static final String INSERT_CHARGE = """
            INSERT INTO quota_reservation_charge (requested, held, progress, cost, charged, refunded, reservation_id,
                                                  meter, scale)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String UPDATE = """
            UPDATE quota_reservation
            SET unbilled_reason = ?, expires_at = ?, status = ?, ended_at = ?, late = ?
            WHERE id = ?
            """;

    private static final String UPDATE_CHARGE = """
            UPDATE quota_reservation_charge
            SET requested = ?, held = ?, progress = ?, cost = ?, charged = ?, refunded = ?
            WHERE reservation_id = ? AND meter = ? AND scale = ?
            """;

    private static final String EXPIRED = """
            SELECT id
            FROM quota_reservation
            WHERE status = 'HELD' AND expires_at <= ?
            ORDER BY expires_at
            LIMIT ?
            """;

    private ReservationTable() {}

    /** Returns the chains of those of these reservations that are there. */
    static Map<RequestId, List<AccountId>> chains(Session session, Collection<RequestId> ids) throws SQLException {
        List<Head> heads = session.list(CHAINS, values(ids), Head::read);
        Map<RequestId, List<AccountId>> parents = parents(session, heads);
        Map<RequestId, List<AccountId>> chains = new HashMap<>();
        heads.forEach(head -> chains.put(head.id(), head.chain(parents)));
        return chains;
    }

    private record Head(RequestId id, AccountId account, AccountId charged, int chainLength) {

        static Head read(Row row) throws SQLException {
            return new Head(
                    RequestId.of(row.text()), AccountId.of(row.text()), AccountId.of(row.text()), row.integer());
        }

        List<AccountId> chain(Map<RequestId, List<AccountId>> parents) {
            List<AccountId> chain = new ArrayList<>(chainLength);
            chain.add(charged);
            chain.addAll(parents.getOrDefault(id, List.of()));
            return chain;
        }
    }

    private static Map<RequestId, List<AccountId>> parents(Session session, Collection<Head> heads)
            throws SQLException {
        List<String> withParents = heads.stream()
                .filter(head -> head.chainLength() > 1)
                .map(head -> head.id().value())
                .toList();
        Map<RequestId, List<AccountId>> parents = new HashMap<>();
        session.list(
                PARENTS,
                withParents,
                row -> parents.computeIfAbsent(RequestId.of(row.text()), id -> new ArrayList<>())
                        .add(AccountId.of(row.text())));
        return parents;
    }

    /** Returns those of these reservations that are there. */
    static Map<RequestId, ReservationState> byId(Session session, Collection<RequestId> ids) throws SQLException {
        Map<RequestId, Draft> drafts = new LinkedHashMap<>();
        session.list(BY_ID, values(ids), row -> {
            Draft read = new Draft(row);
            Draft draft = drafts.computeIfAbsent(read.head.id(), id -> read);
            draft.addMeter(row);
            return draft;
        });
        Map<RequestId, List<AccountId>> parents = parents(
                session, drafts.values().stream().map(draft -> draft.head).toList());
        Map<RequestId, ReservationState> found = new HashMap<>();
        drafts.forEach((id, draft) -> found.put(id, draft.state(parents)));
        return found;
    }

    /** A reservation whose meters are still being read. */
    private static final class Draft {
        private final Head head;
        private final ReservationState.Operation operation;
        private final ReserveMode mode;
        private final Duration timeToLive;
        private final Tags tags;
        private final @Nullable UnbilledReason unbilled;
        private final @Nullable RefusalCode observed;
        private final HoldPeriod period;
        private final ReservationStatus status;
        private final @Nullable Instant endedAt;
        private final boolean late;
        private final List<Amount> requested = new ArrayList<>(2);
        private final List<Amount> held = new ArrayList<>(2);
        private final List<Amount> progress = new ArrayList<>(0);
        private final List<Amount> cost = new ArrayList<>(2);
        private final List<Amount> charged = new ArrayList<>(2);
        private final List<Amount> refunded = new ArrayList<>(2);

        Draft(Row row) throws SQLException {
            head = Head.read(row);
            operation = row.name(ReservationState.Operation.class);
            mode = row.name(ReserveMode.class);
            timeToLive = Duration.of(row.number(), ChronoUnit.MICROS);
            tags = PlainJson.parseTags(row.text());
            unbilled = row.nameOrNull(UnbilledReason.class);
            observed = row.nameOrNull(RefusalCode.class);
            period = new HoldPeriod(row.time(), row.time());
            status = row.name(ReservationStatus.class);
            endedAt = row.timeOrNull();
            late = row.flag();
        }

        void addMeter(Row row) throws SQLException {
            String name = row.textOrNull();
            if (name == null) {
                return; // An unbilled one has no meter.
            }
            Meter meter = new Meter(name, row.integer());
            add(requested, row.number(), meter);
            add(held, row.number(), meter);
            add(progress, row.numberOrNull(), meter);
            add(cost, row.numberOrNull(), meter);
            add(charged, row.numberOrNull(), meter);
            add(refunded, row.number(), meter);
        }

        private static void add(List<Amount> amounts, @Nullable Long units, Meter meter) {
            if (units != null) {
                amounts.add(Amount.ofUnits(units, meter));
            }
        }

        ReservationState state(Map<RequestId, List<AccountId>> parents) {
            boolean settled = status == ReservationStatus.SETTLED;
            Terms terms = new Terms(
                    new RequestOrigin(head.id(), head.account(), tags),
                    operation,
                    head.chain(parents),
                    new Charge(requested),
                    mode,
                    timeToLive,
                    observed);
            return new ReservationState(
                    terms,
                    new Charge(held),
                    period,
                    status,
                    progress.isEmpty() ? null : new Charge(progress),
                    unbilled,
                    endedAt,
                    settled ? new Settlement(new Charge(cost), new Charge(charged), new Charge(refunded), late) : null);
        }
    }

    static void insert(Session session, List<ReservationState> states) throws SQLException {
        session.batchOfOne(
                INSERT,
                states,
                (to, state) -> to.text(state.id().value())
                        .text(state.account().value())
                        .text(state.chargedAccount().value())
                        .integer(state.chain().size())
                        .name(state.terms().operation())
                        .name(state.terms().mode())
                        .number(micros(state.terms().timeToLive()))
                        .text(PlainJson.write(state.tags()))
                        .name(state.unbilled())
                        .name(state.terms().observed())
                        .time(state.reservedAt())
                        .time(state.expiresAt())
                        .name(state.status())
                        .time(state.endedAt())
                        .flag(state.late()));
        session.batchOfOne(
                INSERT_PARENT,
                parents(states),
                (to, parent) -> to.text(parent.of().value())
                        .integer(parent.ordinal())
                        .text(parent.account().value()));
        session.batchOfOne(INSERT_CHARGE, meters(states), ReservationTable::bind);
    }

    private static long micros(Duration duration) {
        return Math.addExact(
                Math.multiplyExact(duration.getSeconds(), 1_000_000L), (long) (duration.getNano() / 1_000));
    }

    private record Parent(RequestId of, int ordinal, AccountId account) {}

    private static List<Parent> parents(List<ReservationState> states) {
        List<Parent> parents = new ArrayList<>();
        for (ReservationState state : states) {
            for (int i = 1; i < state.chain().size(); i++) {
                parents.add(new Parent(state.id(), i, state.chain().get(i)));
            }
        }
        return parents;
    }

    private record OfMeter(ReservationState state, Meter meter) {}

    private static List<OfMeter> meters(List<ReservationState> states) {
        return states.stream()
                .flatMap(state -> state.requested().meters().stream().map(meter -> new OfMeter(state, meter)))
                .toList();
    }

    private static void bind(Binder to, OfMeter of) throws SQLException {
        ReservationState state = of.state();
        Meter meter = of.meter();
        to.number(state.requested().units(meter))
                .number(state.held().units(meter))
                .number(units(state.progress(), meter))
                .number(units(state.cost(), meter))
                .number(units(state.charged(), meter))
                .number(state.refunded().units(meter))
                .text(state.id().value())
                .text(meter.name())
                .integer(meter.scale());
    }

    private static @Nullable Long units(@Nullable Charge charge, Meter meter) {
        return charge == null ? null : charge.amount(meter).map(Amount::units).orElse(null);
    }

    /**
     * Writes reservations in the place of what they were.
     *
     * @param before what they were when they were read
     */
    static void update(Session session, List<ReservationState> states, Map<RequestId, ReservationState> before)
            throws SQLException {
        session.batchOfOne(
                UPDATE,
                states,
                (to, state) -> to.name(state.unbilled())
                        .time(state.expiresAt())
                        .name(state.status())
                        .time(state.endedAt())
                        .flag(state.late())
                        .text(state.id().value()));
        List<ReservationState> changed = states.stream()
                .filter(state -> !sameAmounts(state, Objects.requireNonNull(before.get(state.id()))))
                .toList();
        session.batchOfOne(UPDATE_CHARGE, meters(changed), ReservationTable::bind);
    }

    /** Adds a reservation to those that are inserted. */
    static void insert(GuardedWrite to, ReservationState state) {
        to.rows(GuardedPart.NEW_RESERVATION)
                .text(state.id().value())
                .name(state.terms().operation())
                .text(state.account().value())
                .text(state.chain().get(0).value())
                .number(state.chain().size())
                .name(state.terms().mode())
                .number(micros(state.terms().timeToLive()))
                .text(PlainJson.write(state.tags()))
                .name(state.unbilled())
                .name(state.terms().observed())
                .time(state.reservedAt())
                .time(state.expiresAt())
                .name(state.status())
                .time(state.endedAt())
                .flag(state.late());
        for (Parent parent : parents(List.of(state))) {
            to.rows(GuardedPart.NEW_PARENT)
                    .text(parent.of().value())
                    .number(parent.ordinal())
                    .text(parent.account().value());
        }
        for (Amount requested : state.requested().amounts()) {
            Meter meter = requested.meter();
            to.rows(GuardedPart.NEW_CHARGE)
                    .text(state.id().value())
                    .text(meter.name())
                    .number(meter.scale())
                    .number(requested.units())
                    .number(state.held().units(meter))
                    .numberOrNull(units(state.progress(), meter))
                    .numberOrNull(units(state.cost(), meter))
                    .numberOrNull(units(state.charged(), meter))
                    .number(state.refunded().units(meter));
        }
    }

    /**
     * Adds a reservation to those that are updated.
     *
     * @param before what it is in the tables
     */
    static void update(GuardedWrite to, ReservationState state, ReservationState before) {
        to.rows(GuardedPart.RESERVATION)
                .text(state.id().value())
                .name(state.unbilled())
                .time(state.expiresAt())
                .name(state.status())
                .time(state.endedAt())
                .flag(state.late());
        if (sameAmounts(state, before)) {
            return;
        }
        for (Amount requested : state.requested().amounts()) {
            Meter meter = requested.meter();
            to.rows(GuardedPart.CHARGE)
                    .text(state.id().value())
                    .text(meter.name())
                    .number(state.held().units(meter))
                    .numberOrNull(units(state.progress(), meter))
                    .numberOrNull(units(state.cost(), meter))
                    .numberOrNull(units(state.charged(), meter))
                    .number(state.refunded().units(meter));
        }
    }

    private static boolean sameAmounts(ReservationState one, ReservationState another) {
        return one.held().equals(another.held())
                && Objects.equals(one.progress(), another.progress())
                && Objects.equals(one.cost(), another.cost())
                && Objects.equals(one.charged(), another.charged())
                && one.refunded().equals(another.refunded());
    }

    /** Returns reservations that have expired and are not written down as expired, the longest expired first. */
    static List<RequestId> expired(Session session, Instant now, int max) throws SQLException {
        return session.list(EXPIRED, to -> to.time(now).integer(max), row -> RequestId.of(row.text()));
    }

    static List<String> values(Collection<RequestId> ids) {
        return ids.stream().map(RequestId::value).toList();
    }
}
