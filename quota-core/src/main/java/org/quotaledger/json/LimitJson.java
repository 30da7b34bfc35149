package org.quotaledger.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.alert.Severity;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Boundary;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.OnExcess;
import org.quotaledger.policy.OnExpiry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.window.QuotaWindow;

/** Reads and writes a limit, of a policy or of an account. */
final class LimitJson {

    private static final List<String> FIELDS = List.of(
            "name",
            "meter",
            "amount",
            "window",
            "boundary",
            "chargeTime",
            "onExcess",
            "onExpiry",
            "onExhaustion",
            "alerts",
            "alertDebounce");
    private static final List<Meter> KNOWN_METERS = List.of(Meter.USD, Meter.TOKENS, Meter.REQUESTS);
    private static final String AMOUNT = "a decimal such as \"0.05\"";
    private static final String METER = "\"usd\", \"tokens\", \"requests\" or {\"name\": …, \"scale\": …}";

    private LimitJson() {}

    static QuotaLimit read(String path, JsonNode value) {
        StrictObject limit = new StrictObject(path, value, FIELDS);
        String name = limit.text("name", "the limit's name");
        Meter meter = meter(limit.at("meter"), limit.required("meter", METER));
        Amount amount = amount(limit.at("amount"), limit.required("amount", AMOUNT), meter);
        QuotaWindow window =
                WindowJson.read(limit.at("window"), limit.required("window", "a window such as \"daily UTC\""));
        // One field more at a time, so that an error stands at the field that brings it.
        StrictObject.checked(
                limit.at("name"),
                () -> QuotaLimit.builder(name, amount, QuotaWindow.lifetime())
                        .noAlerts()
                        .build());
        QuotaLimit plain = StrictObject.checked(
                limit.at("window"),
                () -> QuotaLimit.builder(name, amount, window).noAlerts().build());
        List<AlertThreshold> alerts = limit.has("alerts")
                ? limit.list("alerts", "an array of alerts", (at, alert) -> alert(at, alert, plain))
                : AlertThreshold.DEFAULTS;
        QuotaLimit.Builder builder = QuotaLimit.builder(name, amount, window)
                .boundary(limit.word("boundary", Boundary.STRICT))
                .chargeTime(limit.word("chargeTime", ChargeTime.RESERVE))
                .onExcess(limit.word("onExcess", OnExcess.CHARGE))
                .onExpiry(limit.word("onExpiry", OnExpiry.PROGRESS))
                .onExhaustion(onExhaustion(limit))
                .thresholds(alerts);
        StrictObject.checked(limit.at("alerts"), builder::build);
        if (limit.has("alertDebounce")) {
            builder.alertDebounce(limit.parsed("alertDebounce", "a duration such as \"PT1H\"", Duration::parse));
        }
        return StrictObject.checked(limit.at("alertDebounce"), builder::build);
    }

    private static ExhaustionAction onExhaustion(StrictObject limit) {
        if (!limit.has("onExhaustion")) {
            return ExhaustionAction.refuse();
        }
        String text = limit.text("onExhaustion", "an action such as \"refuse\"");
        return StrictObject.checked(limit.at("onExhaustion"), () -> ExhaustionAction.parse(text));
    }

    private static Meter meter(String path, JsonNode value) {
        if (value.isTextual()) {
            String name = StrictObject.text(path, value, METER);
            return KNOWN_METERS.stream()
                    .filter(known -> known.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> StrictObject.wrong(path, METER, value));
        }
        if (!value.isObject()) {
            throw StrictObject.wrong(path, METER, value);
        }
        StrictObject meter = new StrictObject(path, value, List.of("name", "scale"));
        String name = meter.text("name", "the meter's name");
        StrictObject.checked(meter.at("name"), () -> new Meter(name, Meter.MIN_SCALE));
        int scale = meter.whole("scale", "a whole number, " + Meter.MIN_SCALE + " to " + Meter.MAX_SCALE);
        return StrictObject.checked(meter.at("scale"), () -> new Meter(name, scale));
    }

    private static Amount amount(String path, JsonNode value, Meter meter) {
        if (value.isNumber()) {
            return StrictObject.checked(path, () -> Amount.of(value.decimalValue(), meter));
        }
        String text = StrictObject.text(path, value, AMOUNT);
        return StrictObject.checked(path, () -> Amount.of(text, meter));
    }

    /** @param limit the limit that alerts, without alerts */
    private static AlertThreshold alert(String path, JsonNode value, QuotaLimit limit) {
        StrictObject alert = new StrictObject(path, value, List.of("percent", "amount", "severity", "recipients"));
        if (alert.has("percent") == alert.has("amount")) {
            throw new JsonFormatException(
                    path,
                    "has " + (alert.has("percent") ? "percent and amount" : "neither percent nor amount")
                            + ": expected one of them");
        }
        AlertThreshold.Level level = level(alert, limit.meter());
        String at = alert.at(alert.has("percent") ? "percent" : "amount");
        Severity severity = alert.word("severity", Severity.WARNING);
        List<String> recipients = alert.has("recipients")
                ? alert.list(
                        "recipients",
                        "an array of names",
                        (place, name) -> StrictObject.text(place, name, "the name of a recipient"))
                : List.of(AlertThreshold.OWNER);
        AlertThreshold threshold =
                StrictObject.checked(alert.at("recipients"), () -> new AlertThreshold(level, severity, recipients));
        StrictObject.checked(at, () -> alertingAt(limit, threshold));
        return threshold;
    }

    private static AlertThreshold.Level level(StrictObject alert, Meter meter) {
        if (alert.has("percent")) {
            int percent = alert.whole("percent", "a whole number, 1 to 1000");
            return StrictObject.checked(alert.at("percent"), () -> new AlertThreshold.Percent(percent));
        }
        Amount amount = amount(alert.at("amount"), alert.required("amount", AMOUNT), meter);
        return StrictObject.checked(alert.at("amount"), () -> new AlertThreshold.Absolute(amount));
    }

    private static QuotaLimit alertingAt(QuotaLimit limit, AlertThreshold threshold) {
        return QuotaLimit.builder(limit.name(), limit.amount(), limit.window())
                .alertAt(threshold)
                .build();
    }

    static ArrayNode write(List<QuotaLimit> limits) {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        limits.forEach(limit -> json.add(write(limit)));
        return json;
    }

    /** Every field is written, defaults too: a document keeps its meaning should a default change. */
    private static ObjectNode write(QuotaLimit limit) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("name", limit.name());
        writeMeter(json, limit.meter());
        json.put("amount", limit.amount().toPlainString())
                .put("window", limit.window().toString())
                .put("boundary", StrictObject.word(limit.boundary()))
                .put("chargeTime", StrictObject.word(limit.chargeTime()))
                .put("onExcess", StrictObject.word(limit.onExcess()))
                .put("onExpiry", StrictObject.word(limit.onExpiry()))
                .put("onExhaustion", limit.onExhaustion().toString());
        ArrayNode alerts = json.putArray("alerts");
        limit.thresholds().forEach(threshold -> write(alerts.addObject(), threshold));
        json.put("alertDebounce", limit.alertDebounce().toString());
        return json;
    }

    static void writeMeter(ObjectNode json, Meter meter) {
        if (KNOWN_METERS.contains(meter)) {
            json.put("meter", meter.name());
        } else {
            json.putObject("meter").put("name", meter.name()).put("scale", meter.scale());
        }
    }

    private static void write(ObjectNode json, AlertThreshold threshold) {
        if (threshold.level() instanceof AlertThreshold.Percent share) {
            json.put("percent", share.percent());
        } else {
            // Fails on a level that is not known here rather than leave it out.
            AlertThreshold.Absolute absolute = (AlertThreshold.Absolute) threshold.level();
            json.put("amount", absolute.amount().toPlainString());
        }
        json.put("severity", StrictObject.word(threshold.severity()));
        ArrayNode recipients = json.putArray("recipients");
        threshold.recipients().forEach(recipients::add);
    }
}
