package org.quotaledger.event;

import java.time.Instant;
import java.util.UUID;
import org.quotaledger.account.AccountId;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.alert.Severity;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.event.LedgerEvent.Cause;
import org.quotaledger.event.LedgerEvent.Kind;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.window.WindowSpan;

/** One event of each kind, for tests. */
public final class Events {

    public static final AccountId KEY = AccountId.of("key-1");
    public static final Instant AT = Instant.parse("2026-03-10T12:00:00Z");
    public static final WindowSpan SPAN =
            new WindowSpan(Instant.parse("2026-03-10T00:00:00Z"), Instant.parse("2026-03-11T00:00:00Z"));

    private Events() {}

    public static LedgerEvent.Alert alert(Severity severity, String... recipients) {
        return new LedgerEvent.Alert(
                LedgerEvent.id(Kind.ALERT, KEY, "daily", SPAN),
                KEY,
                AT,
                new LedgerEvent.LimitUse("daily", SPAN, Amount.of("4.25", Meter.USD), Amount.of("5", Meter.USD)),
                AlertThreshold.percent(80, severity, recipients),
                Cause.CHARGE);
    }

    public static LedgerEvent of(Kind kind) {
        Amount five = Amount.of("5", Meter.USD);
        UUID id = LedgerEvent.id(kind, KEY, "daily", SPAN);
        return switch (kind) {
            case ALERT -> alert(Severity.WARNING, AlertThreshold.OWNER);
            case EXHAUSTED ->
                new LedgerEvent.Exhausted(
                        id, KEY, AT, new LedgerEvent.LimitUse("daily", SPAN, five, five), Cause.CHARGE);
            case REFUSED -> new LedgerEvent.Refused(id, KEY, AT, "daily", SPAN, RefusalCode.QUOTA_EXHAUSTED, 12);
            case SUSPENDED ->
                new LedgerEvent.Suspended(id, KEY, AT, "daily", SPAN, SPAN.endExclusive(), Cause.EXHAUSTED);
            case RESUMED -> new LedgerEvent.Resumed(id, KEY, AT, "daily", Cause.TIME);
            case RESET -> new LedgerEvent.Reset(id, KEY, AT, "daily", SPAN, five);
            case LIMIT_CHANGED ->
                new LedgerEvent.LimitChanged(id, null, "standard", AT, "daily", five, Amount.of("10", Meter.USD));
            case HOLD_EXPIRED -> new LedgerEvent.HoldExpired(id, KEY, AT, RequestId.of("request-1"));
        };
    }
}
