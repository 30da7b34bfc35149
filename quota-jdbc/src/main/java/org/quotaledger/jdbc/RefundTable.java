package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.quotaledger.accounting.RefundState;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.RequestId;

/** Refunds, so that a retry of one is known. */
final class RefundTable {

    private static final String BY_ID = """
            SELECT r.id, r.reservation_id, r.refunded_at, c.meter, c.scale, c.units, c.total
            FROM quota_refund r
            JOIN quota_refund_charge c ON c.refund_id = r.id
            WHERE r.id IN (?...)
            """;

    private static final String INSERT = """
            INSERT INTO quota_refund (id, reservation_id, refunded_at)
            VALUES (?, ?, ?)
            """;

    private static final String INSERT_CHARGE = """
            INSERT INTO quota_refund_charge (refund_id, meter, scale, units, total)
            VALUES (?, ?, ?, ?, ?)
            """;

    private RefundTable() {}

    private record OfMeter(
            RequestId id,
            RequestId reservation,
            Instant at,
            Meter meter,
            @Nullable Long units,
            long total) {

        static OfMeter read(Row row) throws SQLException {
            return new OfMeter(
                    RequestId.of(row.text()),
                    RequestId.of(row.text()),
                    row.time(),
                    new Meter(row.text(), row.integer()),
                    row.numberOrNull(),
                    row.number());
        }
    }

    /** Returns those of these refunds that are there. */
    static Map<RequestId, RefundState> byId(Session session, Collection<RequestId> ids) throws SQLException {
        Map<RequestId, List<OfMeter>> rows = new HashMap<>();
        session.list(BY_ID, ReservationTable.values(ids), OfMeter::read)
                .forEach(row ->
                        rows.computeIfAbsent(row.id(), id -> new ArrayList<>()).add(row));
        Map<RequestId, RefundState> found = new HashMap<>();
        rows.forEach((id, meters) -> found.put(id, state(meters)));
        return found;
    }

    private static RefundState state(List<OfMeter> meters) {
        List<Amount> charge = new ArrayList<>();
        List<Amount> total = new ArrayList<>();
        for (OfMeter row : meters) {
            if (row.units() != null) {
                charge.add(Amount.ofUnits(row.units(), row.meter()));
            }
            total.add(Amount.ofUnits(row.total(), row.meter()));
        }
        OfMeter any = meters.get(0);
        return new RefundState(any.id(), any.reservation(), new Charge(charge), new Charge(total), any.at());
    }

    static void insert(Session session, List<RefundState> refunds) throws SQLException {
        session.batchOfOne(
                INSERT,
                refunds,
                (to, refund) -> to.text(refund.id().value())
                        .text(refund.reservation().value())
                        .time(refund.at()));
        session.batchOfOne(
                INSERT_CHARGE,
                meters(refunds),
                (to, row) -> to.text(row.id().value())
                        .text(row.meter().name())
                        .integer(row.meter().scale())
                        .number(row.units())
                        .number(row.total()));
    }

    private static List<OfMeter> meters(List<RefundState> refunds) {
        List<OfMeter> rows = new ArrayList<>();
        for (RefundState refund : refunds) {
            for (Amount total : refund.total().amounts()) {
                Long units =
                        refund.charge().amount(total.meter()).map(Amount::units).orElse(null);
                rows.add(new OfMeter(
                        refund.id(), refund.reservation(), refund.at(), total.meter(), units, total.units()));
            }
        }
        return rows;
    }
}
