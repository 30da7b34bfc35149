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
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.alert.Severity;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.json.FlatJson;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.Boundary;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.OnExcess;
import org.quotaledger.policy.OnExpiry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.policy.Suspension;
import org.quotaledger.window.QuotaWindow;

/** Reads and writes accounts, policies and their limits. */
final class Definitions {

    private static final String ACCOUNTS = """
            SELECT id, parent_id, policy, disabled, expires_at, version, created_at, deleted_at,
                   suspended_since, suspended_until, suspended_by, policy_since
            FROM quota_account
            """;

    private static final String ACCOUNTS_BY_ID = ACCOUNTS + """
            WHERE id IN (?...)
            """;

    private static final String LOCK_ACCOUNTS = ACCOUNTS_BY_ID + """
            ORDER BY id
            FOR UPDATE
            """;

    private static final String SUSPENSIONS_OVER = """
            SELECT id
            FROM quota_account
            WHERE suspended_until <= ?
            ORDER BY suspended_until
            LIMIT ?
            """;

    private static final String STAMPS = """
            SELECT id, stamp
            FROM quota_account
            WHERE id IN (?...)
            """;

    private static final String STAMP = """
            UPDATE quota_account
            SET stamp = ?
            WHERE id = ?
            """;

    private static final String ACCOUNTS_AFTER = ACCOUNTS + """
            WHERE id > ?
            ORDER BY id
            LIMIT ?
            """;

    private static final String POLICIES = """
            SELECT name, version, changed_at
            FROM quota_policy
            """;

    private static final String POLICIES_BY_NAME = POLICIES + """
            WHERE name IN (?...)
            """;

    private static final String POLICIES_AFTER = POLICIES + """
            WHERE name > ?
            ORDER BY name
            LIMIT ?
            """;

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

    private static final String INSERT_ACCOUNT = """
            INSERT INTO quota_account (parent_id, policy, disabled, expires_at, version, created_at, deleted_at,
                                       suspended_since, suspended_until, suspended_by, policy_since, id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String UPDATE_ACCOUNT = """
            UPDATE quota_account
            SET parent_id = ?, policy = ?, disabled = ?, expires_at = ?, version = ?, created_at = ?, deleted_at = ?,
                suspended_since = ?, suspended_until = ?, suspended_by = ?, policy_since = ?
            WHERE id = ?
            """;

    private static final String INSERT_POLICY = """
            INSERT INTO quota_policy (version, changed_at, name)
            VALUES (?, ?, ?)
            """;

    private static final String UPDATE_POLICY = """
            UPDATE quota_policy
            SET version = ?, changed_at = ?
            WHERE name = ?
            """;

    private static final String DELETE_POLICY = """
            DELETE FROM quota_policy
            WHERE name = ?
            """;

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

    private Definitions() {}

    /** Whose limits rows are: words of the column {@code owner_kind}. */
    enum OwnerKind {
        POLICY,
        ACCOUNT
    }

    /** The row of an account: all but the limits of its own. */
    record AccountRow(
            AccountId id,
            @Nullable AccountId parent,
            @Nullable String policy,
            boolean disabled,
            @Nullable Instant expiresAt,
            long version,
            Instant createdAt,
            @Nullable Instant deletedAt,
            @Nullable Suspension suspension,
            Instant policySince) {

        static AccountRow read(Row row) throws SQLException {
            String id = row.text();
            String parent = row.textOrNull();
            String policy = row.textOrNull();
            boolean disabled = row.flag();
            Instant expiresAt = row.timeOrNull();
            long version = row.number();
            Instant createdAt = row.time();
            Instant deletedAt = row.timeOrNull();
            Instant suspendedSince = row.timeOrNull();
            Instant suspendedUntil = row.timeOrNull();
            String suspendedBy = row.textOrNull();
            return new AccountRow(
                    AccountId.of(id),
                    parent == null ? null : AccountId.of(parent),
                    policy,
                    disabled,
                    expiresAt,
                    version,
                    createdAt,
                    deletedAt,
                    suspendedSince == null ? null : new Suspension(suspendedSince, suspendedUntil, suspendedBy),
                    row.time());
        }

        AccountEntry entry(List<LimitEntry> overrides, Map<String, Instant> resets) {
            Account account = Account.builder(id)
                    .parent(parent)
                    .policy(policy)
                    .disabled(disabled)
                    .expiresAt(expiresAt)
                    .overrides(overrides.stream().map(LimitEntry::limit).toList())
                    .build();
            return new AccountEntry(account, version, createdAt, deletedAt, suspension, policySince, overrides, resets);
        }
    }

    /** The row of a policy: all but its limits. */
    record PolicyRow(String name, long version, Instant changedAt) {

        static PolicyRow read(Row row) throws SQLException {
            return new PolicyRow(row.text(), row.number(), row.time());
        }

        PolicyEntry entry(List<LimitEntry> limits) {
            QuotaPolicy policy =
                    new QuotaPolicy(name, limits.stream().map(LimitEntry::limit).toList());
            return new PolicyEntry(policy, version, changedAt, limits);
        }
    }

    /** Locks these accounts until the end of the transaction, in the one order of all that lock more than one. */
    static List<AccountRow> lock(Session session, Collection<AccountId> sorted) throws SQLException {
        if (session.dialect().locksInOrder()) {
            return session.list(LOCK_ACCOUNTS, values(sorted), AccountRow::read);
        }
        List<AccountRow> rows = new ArrayList<>(sorted.size());
        for (AccountId id : sorted) {
            rows.addAll(session.list(LOCK_ACCOUNTS, List.of(id.value()), AccountRow::read));
        }
        return rows;
    }

    /** Returns the stamps of accounts that are locked; none where accounts have none. */
    static Map<AccountId, Long> stamps(Session session, Collection<AccountId> locked) throws SQLException {
        Map<AccountId, Long> stamps = new HashMap<>();
        if (session.dialect().stampsAccounts()) {
            session.list(STAMPS, values(locked), row -> stamps.put(AccountId.of(row.text()), row.number()));
        }
        return stamps;
    }

    /**
     * Stamps accounts of which anything changes: themselves, their limits, usage, holds, reservations or journal. A lane
     * that remembers them, on whatever node, then finds that they are not as it remembers.
     */
    static void stamp(Session session, Collection<AccountId> locked, long stamp) throws SQLException {
        if (session.dialect().stampsAccounts()) {
            session.batchOfOne(STAMP, locked, (to, id) -> to.number(stamp).text(id.value()));
        }
    }

    static List<AccountRow> accountRows(Session session, Collection<AccountId> ids) throws SQLException {
        return session.list(ACCOUNTS_BY_ID, values(ids), AccountRow::read);
    }

    static List<AccountEntry> accounts(Session session, Collection<AccountId> ids) throws SQLException {
        return entries(session, accountRows(session, ids));
    }

    static @Nullable AccountEntry account(Session session, AccountId id) throws SQLException {
        return first(accounts(session, List.of(id)));
    }

    static List<AccountEntry> accountsAfter(Session session, @Nullable AccountId after, int max) throws SQLException {
        // No id is empty, so the empty text stands before all.
        String from = after == null ? "" : after.value();
        return entries(session, session.list(ACCOUNTS_AFTER, to -> to.text(from).integer(max), AccountRow::read));
    }

    static List<AccountId> suspensionsOver(Session session, Instant now, int max) throws SQLException {
        return session.list(SUSPENSIONS_OVER, to -> to.time(now).integer(max), row -> AccountId.of(row.text()));
    }

    /** Returns the accounts of these rows, in their order. */
    static List<AccountEntry> entries(Session session, List<AccountRow> rows) throws SQLException {
        Map<String, List<LimitEntry>> overrides = limits(
                session,
                OwnerKind.ACCOUNT,
                rows.stream().map(row -> row.id().value()).toList());
        Map<String, Map<String, Instant>> resets =
                ResetTable.of(session, values(rows.stream().map(AccountRow::id).toList()));
        return rows.stream()
                .map(row -> row.entry(
                        overrides.getOrDefault(row.id().value(), List.of()),
                        resets.getOrDefault(row.id().value(), Map.of())))
                .toList();
    }

    static List<PolicyRow> policyRows(Session session, Collection<String> names) throws SQLException {
        return session.list(POLICIES_BY_NAME, names, PolicyRow::read);
    }

    static @Nullable PolicyEntry policy(Session session, String name) throws SQLException {
        return first(policyEntries(session, policyRows(session, List.of(name))));
    }

    static List<PolicyEntry> policiesAfter(Session session, @Nullable String after, int max) throws SQLException {
        String from = after == null ? "" : after;
        return policyEntries(
                session, session.list(POLICIES_AFTER, to -> to.text(from).integer(max), PolicyRow::read));
    }

    /** Returns the policies of these rows, in their order. */
    static List<PolicyEntry> policyEntries(Session session, List<PolicyRow> rows) throws SQLException {
        Map<String, List<LimitEntry>> limits = limits(
                session, OwnerKind.POLICY, rows.stream().map(PolicyRow::name).toList());
        return rows.stream()
                .map(row -> row.entry(limits.getOrDefault(row.name(), List.of())))
                .toList();
    }

    private static <T> @Nullable T first(List<T> found) {
        return found.isEmpty() ? null : found.get(0);
    }

    private static List<String> values(Collection<AccountId> ids) {
        return ids.stream().map(AccountId::value).toList();
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
                    FlatJson.parseNames(row.text()));
        }

        AlertThreshold threshold(Meter meter) {
            AlertThreshold.Level level = percent != null
                    ? new AlertThreshold.Percent(percent)
                    : new AlertThreshold.Absolute(Amount.ofUnits(Objects.requireNonNull(units, "units"), meter));
            return new AlertThreshold(level, severity, recipients);
        }
    }

    private record Owned(String owner, String limit) {}

    private static Map<String, List<LimitEntry>> limits(Session session, OwnerKind kind, Collection<String> owners)
            throws SQLException {
        if (owners.isEmpty()) {
            return Map.of();
        }
        Map<Owned, List<ThresholdRow>> thresholds = new HashMap<>();
        session.list(THRESHOLDS, owners, to -> to.name(kind), ThresholdRow::read)
                .forEach(row -> thresholds
                        .computeIfAbsent(new Owned(row.owner(), row.limit()), key -> new ArrayList<>())
                        .add(row));
        Map<String, List<LimitEntry>> limits = new LinkedHashMap<>();
        session.list(LIMITS, owners, to -> to.name(kind), row -> {
            String owner = row.text();
            LimitEntry limit = limit(owner, row, thresholds);
            limits.computeIfAbsent(owner, key -> new ArrayList<>()).add(limit);
            return limit;
        });
        return limits;
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

    /**
     * Writes an account in the place of what it was.
     *
     * @param before what it was, or {@code null} if it is new
     */
    static void keep(Session session, AccountEntry entry, @Nullable AccountEntry before) throws SQLException {
        session.batchOfOne(before == null ? INSERT_ACCOUNT : UPDATE_ACCOUNT, List.of(entry), Definitions::bind);
        if (before != null && !before.resets().equals(entry.resets())) {
            ResetTable.keep(session, entry);
        }
        if (before == null || !before.overrides().equals(entry.overrides())) {
            keepLimits(session, OwnerKind.ACCOUNT, entry.id().value(), entry.overrides());
        }
    }

    /** Writes accounts in the place of what they were, which had the same limits. */
    static void keepSuspensions(Session session, Collection<AccountEntry> entries) throws SQLException {
        session.batchOfOne(UPDATE_ACCOUNT, entries, Definitions::bind);
    }

    private static void bind(Binder to, AccountEntry entry) throws SQLException {
        Account account = entry.account();
        Suspension suspension = entry.suspension();
        to.text(account.parent().map(AccountId::value).orElse(null))
                .text(account.policy().orElse(null))
                .flag(account.disabled())
                .time(account.expiresAt().orElse(null))
                .number(entry.version())
                .time(entry.createdAt())
                .time(entry.deletedAt())
                .time(suspension == null ? null : suspension.since())
                .time(suspension == null ? null : suspension.until())
                .text(suspension == null ? null : suspension.cause())
                .time(entry.policySince())
                .text(entry.id().value());
    }

    /**
     * Writes a policy in the place of what it was.
     *
     * @param before what it was, or {@code null} if it is new
     */
    static void keep(Session session, PolicyEntry entry, @Nullable PolicyEntry before) throws SQLException {
        session.batchOfOne(
                before == null ? INSERT_POLICY : UPDATE_POLICY,
                List.of(entry),
                (to, policy) ->
                        to.number(policy.version()).time(policy.changedAt()).text(policy.name()));
        keepLimits(session, OwnerKind.POLICY, entry.name(), entry.limits());
    }

    static void dropPolicy(Session session, String name) throws SQLException {
        session.batchOfOne(DELETE_POLICY, List.of(name), Binder::text);
        keepLimits(session, OwnerKind.POLICY, name, List.of());
    }

    private static void keepLimits(Session session, OwnerKind kind, String owner, List<LimitEntry> limits)
            throws SQLException {
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
                .text(FlatJson.write(threshold.item().recipients()));
    }
}
