package org.quotaledger.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.amount.Amount;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.window.WindowSpan;

/**
 * Writes events as JSON, on one line.
 *
 * <p>Every event has {@code id}, {@code kind}, {@code at} and {@code account} ({@code null} where a limit of a policy was
 * changed); kinds and other words are in lower case. Amounts are decimals in strings, of the {@code meter} beside them,
 * whose scale is told unless it is one of {@code usd}, {@code tokens} and {@code requests}. Readers should ignore fields
 * that they do not know: more may come.
 */
public final class EventJson {

    private EventJson() {}

    /** Returns the event as an object. */
    public static String write(LedgerEvent event) {
        AccountId account = event.account();
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("id", event.id().toString())
                .put("kind", StrictObject.word(event.kind()))
                .put("at", event.at().toString())
                .put("account", account == null ? null : account.value());
        switch (event.kind()) {
            case ALERT -> write(json, (LedgerEvent.Alert) event);
            case EXHAUSTED -> write(json, (LedgerEvent.Exhausted) event);
            case REFUSED -> write(json, (LedgerEvent.Refused) event);
            case SUSPENDED -> write(json, (LedgerEvent.Suspended) event);
            case RESUMED -> write(json, (LedgerEvent.Resumed) event);
            case RESET -> write(json, (LedgerEvent.Reset) event);
            case LIMIT_CHANGED -> write(json, (LedgerEvent.LimitChanged) event);
            case HOLD_EXPIRED ->
                json.put(
                        "reservation",
                        ((LedgerEvent.HoldExpired) event).reservation().value());
        }
        return StrictJson.line(json);
    }

    private static void write(ObjectNode json, LedgerEvent.Alert alert) {
        AlertThreshold threshold = alert.threshold();
        json.put("limit", alert.limit());
        span(json, alert.span());
        json.put("threshold", threshold.level().toString()).put("severity", StrictObject.word(threshold.severity()));
        ArrayNode recipients = json.putArray("recipients");
        threshold.recipients().forEach(recipients::add);
        LimitJson.writeMeter(json, alert.amount().meter());
        json.put("used", alert.used().toPlainString())
                .put("amount", alert.amount().toPlainString())
                .put("cause", StrictObject.word(alert.cause()));
    }

    private static void write(ObjectNode json, LedgerEvent.Exhausted exhausted) {
        json.put("limit", exhausted.limit());
        span(json, exhausted.span());
        LimitJson.writeMeter(json, exhausted.amount().meter());
        json.put("used", exhausted.used().toPlainString())
                .put("amount", exhausted.amount().toPlainString())
                .put("cause", StrictObject.word(exhausted.cause()));
    }

    private static void write(ObjectNode json, LedgerEvent.Refused refused) {
        json.put("limit", refused.limit());
        span(json, refused.span());
        json.put("code", refused.code().text()).put("count", refused.count());
    }

    private static void write(ObjectNode json, LedgerEvent.Suspended suspended) {
        json.put("limit", suspended.limit());
        span(json, suspended.span());
        json.put("until", suspended.until() == null ? null : suspended.until().toString())
                .put("cause", StrictObject.word(suspended.cause()));
    }

    private static void write(ObjectNode json, LedgerEvent.Resumed resumed) {
        json.put("limit", resumed.limit()).put("cause", StrictObject.word(resumed.cause()));
    }

    private static void write(ObjectNode json, LedgerEvent.Reset reset) {
        json.put("limit", reset.limit());
        span(json, reset.span());
        LimitJson.writeMeter(json, reset.used().meter());
        json.put("used", reset.used().toPlainString());
    }

    private static void write(ObjectNode json, LedgerEvent.LimitChanged changed) {
        Amount before = changed.before();
        Amount after = changed.after();
        json.put("policy", changed.policy()).put("limit", changed.limit());
        Amount either = after == null ? before : after;
        if (either != null) {
            LimitJson.writeMeter(json, either.meter());
        }
        json.put("before", before == null ? null : before.toPlainString())
                .put("after", after == null ? null : after.toPlainString());
    }

    private static void span(ObjectNode json, @Nullable WindowSpan span) {
        if (span != null) {
            json.putObject("window")
                    .put("start", span.startInclusive().toString())
                    .put("end", span.endExclusive().toString());
        } else {
            json.putNull("window");
        }
    }
}
