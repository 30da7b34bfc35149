package org.quotaledger.jdbc;

import java.math.BigInteger;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.AccountHolds;
import org.quotaledger.accounting.Counter;
import org.quotaledger.accounting.Facts;
import org.quotaledger.accounting.Hold;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.RequestId;

/**
 * The look-up of an account's holds for a step: sums of those that have expired, and a bounded number of rows of those that
 * expire next. Not thread-safe.
 */
final class HoldLookUp {

    private static final String SUM = """
            SELECT SUM(h.units), SUM(h.due),
                   (SELECT n.expires_at FROM quota_hold n
                    WHERE n.account_id = ? AND n.meter = ? AND n.scale = ? AND NOT n.expired
                      AND n.expires_at > ? AND n.reserved_at >= ? AND n.reserved_at < ?
                    ORDER BY n.account_id, n.meter, n.expires_at
                    LIMIT 1)
            FROM quota_hold h
            WHERE h.account_id = ? AND h.meter = ? AND h.scale = ? AND NOT h.expired
              AND h.expires_at >= ? AND h.expires_at <= ? AND h.reserved_at >= ? AND h.reserved_at < ?
            """;

    /** Ordered by all columns of the index: H2 sorts every hold of the account otherwise. */
    static final String NEXT = """
            SELECT reservation_id, units, due, reserved_at, expires_at
            FROM quota_hold
            WHERE account_id = ? AND meter = ? AND scale = ? AND NOT expired AND expires_at > ?
            ORDER BY account_id, meter, expires_at
            LIMIT ?
            """;

    private final Facts.HoldsOf asked;

    /** An earlier look-up of the account as it still is; empty if there is none. */
    private final AccountHolds known;

    private final Map<Facts.Expiring, AccountHolds.Sum> sums = new HashMap<>();
    private final List<Hold> dues = new ArrayList<>();
    private final Map<Meter, List<AccountHolds.Ahead>> next = new HashMap<>();

    private HoldLookUp(Facts.HoldsOf asked, List<AccountHolds> earlier) {
        this.asked = asked;
        this.known = earlier.stream()
                .filter(holds -> !holds.at().isAfter(asked.at())
                        && holds.expired().keySet().containsAll(asked.expiring()))
                .findFirst()
                .orElseGet(() -> new AccountHolds(asked.at(), Map.of(), null, Map.of()));
        asked.meters().forEach(meter -> next.put(meter, new ArrayList<>()));
    }

    private record Query(String sql, Binder.Values values, Row.Reader<?> reader) {}

    /** Looks them up in the session's transaction. */
    static AccountHolds of(Session session, Facts.HoldsOf asked) throws SQLException {
        HoldLookUp lookUp = new HoldLookUp(asked, List.of());
        for (Query query : lookUp.queries()) {
            session.list(query.sql(), query.values(), query.reader());
        }
        return lookUp.found();
    }

    /**
     * Looks up those of several accounts in one round trip, which PostgreSQL alone does.
     *
     * @param earlier earlier look-ups of an account since it changed: sums of these are not made again
     */
    static List<AccountHolds> together(
            Session session, List<Facts.HoldsOf> asked, Function<AccountId, List<AccountHolds>> earlier)
            throws SQLException {
        List<HoldLookUp> lookUps = asked.stream()
                .map(each -> new HoldLookUp(each, earlier.apply(each.account())))
                .toList();
        List<Query> queries =
                lookUps.stream().flatMap(lookUp -> lookUp.queries().stream()).toList();
        session.together(
                String.join(";\n", queries.stream().map(Query::sql).toList()),
                to -> {
                    for (Query query : queries) {
                        query.values().bind(to);
                    }
                },
                queries.stream().<Row.Reader<?>>map(Query::reader).toList());
        return lookUps.stream().map(HoldLookUp::found).toList();
    }

    private List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        for (Facts.Expiring row : asked.expiring()) {
            AccountHolds.Sum before = known.expired().get(row);
            if (before != null && !hasExpiredSince(row.meter())) {
                sums.put(row, before);
            } else {
                queries.add(new Query(SUM, to -> bind(to, row, before), found -> add(row, before, found)));
            }
        }
        if (asked.maxDue() > 0) {
            queries.add(new Query(
                    HoldTable.DUE,
                    to -> to.text(asked.account().value()).time(asked.at()).integer(asked.maxDue()),
                    found -> dues.add(HoldTable.read(found))));
        }
        for (Meter meter : asked.meters()) {
            queries.add(new Query(
                    NEXT,
                    to -> to.text(asked.account().value())
                            .text(meter.name())
                            .integer(meter.scale())
                            .time(asked.at())
                            .integer(oneMore(asked.maxNext())),
                    found -> add(meter, found)));
        }
        return queries;
    }

    private static int oneMore(int most) {
        return most == Integer.MAX_VALUE ? most : most + 1;
    }

    /** Returns whether a hold of a meter can have expired since that look-up. */
    private boolean hasExpiredSince(Meter meter) {
        AccountHolds.Next ahead = known.next().get(meter);
        return ahead == null
                || (!ahead.holds().isEmpty()
                        && !ahead.holds().get(0).expiresAt().isAfter(asked.at()));
    }

    /** @param before the sum of the earlier look-up, to which holds are added that expired later */
    private void bind(Binder to, Facts.Expiring row, AccountHolds.@Nullable Sum before) throws SQLException {
        Instant from = before == null ? row.expiredFrom() : known.at().plus(1, ChronoUnit.MICROS);
        of(to, row.meter()).time(asked.at()).time(row.reservedFrom()).time(row.reservedBefore());
        of(to, row.meter()).time(from).time(asked.at()).time(row.reservedFrom()).time(row.reservedBefore());
    }

    private Binder of(Binder to, Meter meter) throws SQLException {
        return to.text(asked.account().value()).text(meter.name()).integer(meter.scale());
    }

    private AccountHolds.Sum add(Facts.Expiring row, AccountHolds.@Nullable Sum before, Row found) throws SQLException {
        AccountHolds.Sum sum = new AccountHolds.Sum(
                counted(before == null ? 0 : before.units(), found),
                counted(before == null ? 0 : before.due(), found),
                found.timeOrNull());
        sums.put(row, sum);
        return sum;
    }

    private static long counted(long before, Row found) throws SQLException {
        BigInteger more = found.sum();
        return before == Counter.UNCOUNTABLE ? before : Counter.counted(more.add(BigInteger.valueOf(before)));
    }

    private boolean add(Meter meter, Row found) throws SQLException {
        return next.getOrDefault(meter, new ArrayList<>())
                .add(new AccountHolds.Ahead(
                        RequestId.of(found.text()), meter, found.number(), found.number(), found.time(), found.time()));
    }

    private AccountHolds found() {
        Map<Meter, AccountHolds.Next> ahead = new HashMap<>();
        next.forEach((meter, holds) -> {
            boolean complete = holds.size() <= asked.maxNext();
            ahead.put(meter, new AccountHolds.Next(complete ? holds : holds.subList(0, asked.maxNext()), complete));
        });
        return new AccountHolds(asked.at(), sums, asked.maxDue() == 0 ? null : dues, ahead);
    }
}
