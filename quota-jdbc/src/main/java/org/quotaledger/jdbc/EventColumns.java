package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.alert.Severity;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.event.LedgerEvent.Cause;
import org.quotaledger.event.LedgerEvent.Kind;
import org.quotaledger.json.PlainJson;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.window.WindowSpan;

/** An event as plain columns: those that its kind has no use for are null. Not thread-safe. */
final class EventColumns {

    /** The columns that tell what happened, in the order in which they are bound and read. */
    static final String NAMES = """
            id, kind, account_id, policy, limit_name, window_start, window_end, threshold, severity, recipients, cause,
            code, meter, scale, used, amount_before, amount, refusals, reservation_id, suspended_until, happened_at""";

    private final UUID id;
    private final Kind kind;
    private final @Nullable String account;
    private final Instant at;
    private @Nullable String policy;
    private @Nullable String limit;
    private @Nullable WindowSpan span;
    private @Nullable String threshold;
    private @Nullable Severity severity;
    private @Nullable String recipients;
    private @Nullable Cause cause;
    private @Nullable RefusalCode code;
    private @Nullable Meter meter;
    private @Nullable Long used;
    private @Nullable Long amountBefore;
    private @Nullable Long amount;
    private @Nullable Long refusals;
    private @Nullable String reservation;
    private @Nullable Instant suspendedUntil;

    private EventColumns(UUID id, Kind kind, @Nullable String account, Instant at) {
        this.id = id;
        this.kind = kind;
        this.account = account;
        this.at = at;
    }

    static EventColumns of(LedgerEvent event) {
        AccountId account = event.account();
        EventColumns columns =
                new EventColumns(event.id(), event.kind(), account == null ? null : account.value(), event.at());
        switch (event.kind()) {
            case ALERT -> columns.fill((LedgerEvent.Alert) event);
            case EXHAUSTED -> columns.fill((LedgerEvent.Exhausted) event);
            case REFUSED -> columns.fill((LedgerEvent.Refused) event);
            case SUSPENDED -> columns.fill((LedgerEvent.Suspended) event);
            case RESUMED -> columns.fill((LedgerEvent.Resumed) event);
            case RESET -> columns.fill((LedgerEvent.Reset) event);
            case LIMIT_CHANGED -> columns.fill((LedgerEvent.LimitChanged) event);
            case HOLD_EXPIRED ->
                columns.reservation =
                        ((LedgerEvent.HoldExpired) event).reservation().value();
        }
        return columns;
    }

    private void fill(LedgerEvent.Alert alert) {
        limit = alert.limit();
        span = alert.span();
        threshold = alert.threshold().level().toString();
        severity = alert.threshold().severity();
        recipients = PlainJson.write(alert.threshold().recipients());
        cause = alert.cause();
        meter = alert.amount().meter();
        used = alert.used().units();
        amount = alert.amount().units();
    }

    private void fill(LedgerEvent.Exhausted exhausted) {
        limit = exhausted.limit();
        span = exhausted.span();
        cause = exhausted.cause();
        meter = exhausted.amount().meter();
        used = exhausted.used().units();
        amount = exhausted.amount().units();
    }

    private void fill(LedgerEvent.Refused refused) {
        limit = refused.limit();
        span = refused.span();
        code = refused.code();
        refusals = refused.count();
    }

    private void fill(LedgerEvent.Suspended suspended) {
        limit = suspended.limit();
        span = suspended.span();
        suspendedUntil = suspended.until();
        cause = suspended.cause();
    }

    private void fill(LedgerEvent.Resumed resumed) {
        limit = resumed.limit();
        cause = resumed.cause();
    }

    private void fill(LedgerEvent.Reset reset) {
        limit = reset.limit();
        span = reset.span();
        meter = reset.used().meter();
        used = reset.used().units();
    }

    private void fill(LedgerEvent.LimitChanged changed) {
        Amount before = changed.before();
        Amount after = changed.after();
        policy = changed.policy();
        limit = changed.limit();
        if (before != null) {
            meter = before.meter();
            amountBefore = before.units();
        }
        if (after != null) {
            meter = after.meter();
            amount = after.units();
        }
    }

    void bind(Binder to) throws SQLException {
        to.text(id.toString())
                .name(kind)
                .text(account)
                .text(policy)
                .text(limit)
                .time(span == null ? null : span.startInclusive())
                .time(span == null ? null : span.endExclusive())
                .text(threshold)
                .name(severity)
                .text(recipients)
                .name(cause)
                .name(code)
                .text(meter == null ? null : meter.name())
                .integer(meter == null ? null : Integer.valueOf(meter.scale()))
                .number(used)
                .number(amountBefore)
                .number(amount)
                .number(refusals)
                .text(reservation)
                .time(suspendedUntil)
                .time(at);
    }

    /** Reads an event from a row that names {@link #NAMES}. */
    static LedgerEvent read(Row row) throws SQLException {
        UUID id = UUID.fromString(row.text());
        Kind kind = row.name(Kind.class);
        String account = row.textOrNull();
        String policy = row.textOrNull();
        String limit = row.textOrNull();
        WindowSpan span = span(row.timeOrNull(), row.timeOrNull());
        String threshold = row.textOrNull();
        Severity severity = row.nameOrNull(Severity.class);
        String recipients = row.textOrNull();
        Cause cause = row.nameOrNull(Cause.class);
        RefusalCode code = row.nameOrNull(RefusalCode.class);
        Meter meter = meter(row.textOrNull(), row.integerOrNull());
        Long used = row.numberOrNull();
        Long amountBefore = row.numberOrNull();
        Long amount = row.numberOrNull();
        Long refusals = row.numberOrNull();
        String reservation = row.textOrNull();
        Instant suspendedUntil = row.timeOrNull();
        EventColumns columns = new EventColumns(id, kind, account, row.time());
        columns.policy = policy;
        columns.limit = limit;
        columns.span = span;
        columns.threshold = threshold;
        columns.severity = severity;
        columns.recipients = recipients;
        columns.cause = cause;
        columns.code = code;
        columns.meter = meter;
        columns.used = used;
        columns.amountBefore = amountBefore;
        columns.amount = amount;
        columns.refusals = refusals;
        columns.reservation = reservation;
        columns.suspendedUntil = suspendedUntil;
        return columns.event();
    }

    private static @Nullable WindowSpan span(@Nullable Instant start, @Nullable Instant end) {
        return start == null || end == null ? null : new WindowSpan(start, end);
    }

    private static @Nullable Meter meter(@Nullable String name, @Nullable Integer scale) {
        return name == null || scale == null ? null : new Meter(name, scale);
    }

    private LedgerEvent.LimitUse use() {
        return new LedgerEvent.LimitUse(required(limit), required(span), amount(used), amount(amount));
    }

    private LedgerEvent event() {
        return switch (kind) {
            case ALERT ->
                new LedgerEvent.Alert(
                        id,
                        account(),
                        at,
                        use(),
                        new AlertThreshold(
                                AlertThreshold.Level.parse(required(threshold), required(meter)),
                                required(severity),
                                PlainJson.parseNames(required(recipients))),
                        required(cause));
            case EXHAUSTED -> new LedgerEvent.Exhausted(id, account(), at, use(), required(cause));
            case REFUSED ->
                new LedgerEvent.Refused(
                        id, account(), at, required(limit), required(span), required(code), required(refusals));
            case SUSPENDED ->
                new LedgerEvent.Suspended(id, account(), at, limit, span, suspendedUntil, required(cause));
            case RESUMED -> new LedgerEvent.Resumed(id, account(), at, limit, required(cause));
            case RESET -> new LedgerEvent.Reset(id, account(), at, required(limit), span, amount(used));
            case LIMIT_CHANGED ->
                new LedgerEvent.LimitChanged(
                        id,
                        account == null ? null : AccountId.of(account),
                        policy,
                        at,
                        required(limit),
                        amountBefore == null ? null : amount(amountBefore),
                        amount == null ? null : amount(amount));
            case HOLD_EXPIRED -> new LedgerEvent.HoldExpired(id, account(), at, RequestId.of(required(reservation)));
        };
    }

    private AccountId account() {
        return AccountId.of(required(account));
    }

    private Amount amount(@Nullable Long units) {
        return Amount.ofUnits(required(units), required(meter));
    }

    private <T> T required(@Nullable T value) {
        return Objects.requireNonNull(value, () -> "a column of " + kind + " event " + id + " is null");
    }
}
