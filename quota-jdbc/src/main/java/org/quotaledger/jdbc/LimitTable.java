package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Duration;
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
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.alert.Severity;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.json.PlainJson;
import org.quotaledger.policy.Boundary;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.OnExcess;
import org.quotaledger.policy.OnExpiry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.window.QuotaWindow;

/** Limits of policies and of accounts, and the thresholds at which they alert. */
final class LimitTable {

    private static final String LIMITS = """
            SELECT owner, name, meter, scale, amount, window_text, boundary, charge_time, on_excess, on_expiry,
                   on_exhaustion, overflow_to, alert_debounce_micros, counts_since
            FROM quota_limit
            WHERE owner IN (?...) AND owner_kind = ?
            ORDER BY owner, ordinal
            """;

    private static final String THRESHOLDS = """
            SELECT owner, limit_name, percent, units, severity, recipients
            FROM quota_threshold
            WHERE owner IN (?...) AND owner_kind = ?
            ORDER BY owner, limit_name, ordinal
            """;

    /** The limits of the accounts of a {@link ChainLoad}, and of their policies. */
    static final String LIMITS_OF_CHAIN = ofChain(LIMITS);

    /** The thresholds of the same. */
    static final String THRESHOLDS_OF_CHAIN = ofChain(THRESHOLDS);

    private static String ofChain(String sql) {
        return sql.replace("SELECT owner,", "SELECT owner_kind, owner,")
                .replace("owner IN (?...) AND owner_kind = ?", """
                        (owner_kind = 'ACCOUNT' AND owner = ANY (ARRAY(SELECT id FROM chain))
                          OR owner_kind = 'POLICY' AND owner = ANY (ARRAY(
                            SELECT a.policy FROM quota_account a WHERE a.id = ANY (ARRAY(SELECT id FROM chain)))))""");
    }

    private static final String INSERT_LIMIT = """
            INSERT INTO quota_limit (owner_kind, owner, name, ordinal, meter, scale, amount, window_text, boundary,
                                     charge_time, on_excess, on_expiry, on_exhaustion, overflow_to,
                                     alert_debounce_micros, counts_since)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String INSERT_THRESHOLD = """
            INSERT INTO quota_threshold (owner_kind, owner, limit_name, ordinal, percent, units, severity, recipients)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String DELETE_LIMITS = """
            DELETE FROM quota_limit
            WHERE owner_kind = ? AND owner = ?
            """;

    private static final String DELETE_THRESHOLDS = """
            DELETE FROM quota_threshold
            WHERE owner_kind = ? AND owner = ?
            """;

    /** What stands in the column of an action whose account has a column of its own. */
    private static final String OVERFLOW = "overflow";

    private LimitTable() {}

    /** Whose limits rows are: words of the column {@code owner_kind}. */
    enum OwnerKind {
        POLICY,
        ACCOUNT
    }

    private record ThresholdRow(
            String owner,
            String limit,
            @Nullable Integer percent,
            @Nullable Long units,
            Severity severity,
            List<String> recipients) {

        static ThresholdRow read(Row row) throws SQLException {
            return new ThresholdRow(
                    row.text(),
                    row.text(),
                    row.integerOrNull(),
                    row.numberOrNull(),
                    row.name(Severity.class),
                    PlainJson.parseNames(row.text()));
        }

        AlertThreshold threshold(Meter meter) {
            AlertThreshold.Level level = percent != null
                    ? new AlertThreshold.Percent(percent)
                    : new AlertThreshold.Absolute(Amount.ofUnits(Objects.requireNonNull(units, "units"), meter));
            return new AlertThreshold(level, severity, recipients);
        }
    }

    private record Owned(String owner, String limit) {}

    /** Returns the limits of these owners, by owner. */
    static Map<String, List<LimitEntry>> of(Session session, OwnerKind kind, Collection<String> owners)
            throws SQLException {
        if (owners.isEmpty()) {
            return Map.of();
        }
        Found found = new Found();
        session.list(THRESHOLDS, owners, to -> to.name(kind), found::threshold);
        session.list(LIMITS, owners, to -> to.name(kind), found::limit);
        return found.limits;
    }

    /** Limits of owners of one kind as they are found, thresholds before limits. */
    static final class Found {
        private final Map<Owned, List<ThresholdRow>> thresholds = new HashMap<>();
        private final Map<String, List<LimitEntry>> limits = new LinkedHashMap<>();

        boolean threshold(Row row) throws SQLException {
            ThresholdRow read = ThresholdRow.read(row);
            return thresholds
                    .computeIfAbsent(new Owned(read.owner(), read.limit()), key -> new ArrayList<>())
                    .add(read);
        }

        boolean limit(Row row) throws SQLException {
            String owner = row.text();
            return limits.computeIfAbsent(owner, key -> new ArrayList<>())
                    .add(LimitTable.limit(owner, row, thresholds));
        }

        List<LimitEntry> of(String owner) {
            return limits.getOrDefault(owner, List.of());
        }
    }

    private static LimitEntry limit(String owner, Row row, Map<Owned, List<ThresholdRow>> thresholds)
            throws SQLException {
        String name = row.text();
        Meter meter = new Meter(row.text(), row.integer());
        QuotaLimit limit = QuotaLimit.builder(name, Amount.ofUnits(row.number(), meter), QuotaWindow.parse(row.text()))
                .boundary(row.name(Boundary.class))
                .chargeTime(row.name(ChargeTime.class))
                .onExcess(row.name(OnExcess.class))
                .onExpiry(row.name(OnExpiry.class))
                .onExhaustion(onExhaustion(row.text(), row.textOrNull()))
                .alertDebounce(Duration.of(row.number(), ChronoUnit.MICROS))
                .thresholds(thresholds.getOrDefault(new Owned(owner, name), List.of()).stream()
                        .map(threshold -> threshold.threshold(meter))
                        .toList())
                .build();
        return new LimitEntry(limit, row.time());
    }

    private static ExhaustionAction onExhaustion(String text, @Nullable String overflowTo) {
        return overflowTo == null
                ? ExhaustionAction.parse(text)
                : ExhaustionAction.overflowTo(AccountId.of(overflowTo));
    }

    /** Writes the limits of an owner in the place of those it had. */
    static void keep(Session session, OwnerKind kind, String owner, List<LimitEntry> limits) throws SQLException {
        session.update(DELETE_THRESHOLDS, to -> to.name(kind).text(owner));
        session.update(DELETE_LIMITS, to -> to.name(kind).text(owner));
        List<Placed<LimitEntry>> placed = Placed.of(limits);
        session.batchOfOne(INSERT_LIMIT, placed, (to, entry) -> bind(to, kind, owner, entry));
        for (LimitEntry entry : limits) {
            session.batchOfOne(
                    INSERT_THRESHOLD,
                    Placed.of(entry.limit().thresholds()),
                    (to, threshold) -> bind(to, kind, owner, entry.limit().name(), threshold));
        }
    }

    private static void bind(Binder to, OwnerKind kind, String owner, Placed<LimitEntry> entry) throws SQLException {
        QuotaLimit limit = entry.item().limit();
        String overflowTo =
                limit.onExhaustion().overflow().map(AccountId::value).orElse(null);
        to.name(kind)
                .text(owner)
                .text(limit.name())
                .integer(entry.ordinal())
                .text(limit.meter().name())
                .integer(limit.meter().scale())
                .number(limit.amount().units())
                .text(limit.window().toString())
                .name(limit.boundary())
                .name(limit.chargeTime())
                .name(limit.onExcess())
                .name(limit.onExpiry())
                .text(overflowTo == null ? limit.onExhaustion().toString() : OVERFLOW)
                .text(overflowTo)
                .number(limit.alertDebounce().toNanos() / 1000)
                .time(entry.item().since());
    }

    private static void bind(Binder to, OwnerKind kind, String owner, String limit, Placed<AlertThreshold> threshold)
            throws SQLException {
        AlertThreshold.Level level = threshold.item().level();
        to.name(kind)
                .text(owner)
                .text(limit)
                .integer(threshold.ordinal())
                .integer(level instanceof AlertThreshold.Percent percent ? percent.percent() : null)
                .number(
                        level instanceof AlertThreshold.Absolute absolute
                                ? (Long) absolute.amount().units()
                                : null)
                .name(threshold.item().severity())
                .text(PlainJson.write(threshold.item().recipients()));
    }
}
