package org.quotaledger.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/**
 * A named rule: at most this amount of one meter in each span of a window.
 *
 * <p>An amount of zero refuses every request for more than nothing; a meter without a limit is unlimited, and no amount
 * means that. Build one with {@link #builder}. Immutable and thread-safe.
 *
 * @param name 1 to 100 characters: letters, digits, {@code _}, {@code -} or {@code .}, starting with a letter or digit
 * @param amount the most that may be used, and its meter
 * @param window the spans it is counted in; their boundaries are whole microseconds, the resolution every store keeps
 * @param boundary which request is the last that it admits
 * @param charging how it charges
 * @param onExhaustion the action when it lacks room or all of it is used
 * @param alerting where and how often it alerts
 */
public record QuotaLimit(
        String name,
        Amount amount,
        QuotaWindow window,
        Boundary boundary,
        Charging charging,
        ExhaustionAction onExhaustion,
        Alerting alerting) {

    /**
     * How a limit charges. Immutable and thread-safe.
     *
     * @param chargeTime the instant whose span a charge counts in
     * @param onExcess the rule for a settle above the hold
     * @param onExpiry the rule for what the expiry of a started hold charges
     */
    public record Charging(ChargeTime chargeTime, OnExcess onExcess, OnExpiry onExpiry) {

        /** All are required. */
        public Charging {
            Objects.requireNonNull(chargeTime, "chargeTime");
            Objects.requireNonNull(onExcess, "onExcess");
            Objects.requireNonNull(onExpiry, "onExpiry");
        }
    }

    /**
     * Where and how often a limit alerts. Immutable and thread-safe.
     *
     * @param thresholds where it alerts, at most {@value #MAX_THRESHOLDS}, none twice; empty for no alerts
     * @param debounce how long after an alert at a level no other is published at it, even in another span: 0 to 7 days, in
     *     whole microseconds. The first change after it publishes an alert that would have fallen into it
     */
    public record Alerting(List<AlertThreshold> thresholds, Duration debounce) {

        /** Both are required. */
        public Alerting {
            thresholds = List.copyOf(thresholds);
            Objects.requireNonNull(debounce, "debounce");
        }
    }

    /** How long after an alert no other is told at its level, unless told otherwise. */
    public static final Duration DEFAULT_ALERT_DEBOUNCE = Duration.ofHours(1);

    /** The longest that an alert may be debounced. */
    public static final Duration MAX_ALERT_DEBOUNCE = Duration.ofDays(7);

    /** The most thresholds of a limit. */
    public static final int MAX_THRESHOLDS = 20;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,99}");

    /** @throws IllegalArgumentException if a value is not as allowed; the message names it */
    public QuotaLimit {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(amount, "amount");
        Objects.requireNonNull(window, "window");
        Objects.requireNonNull(boundary, "boundary");
        Objects.requireNonNull(charging, "charging");
        Objects.requireNonNull(onExhaustion, "onExhaustion");
        Objects.requireNonNull(alerting, "alerting");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("limit name is \"" + name
                    + "\": expected 1 to 100 letters, digits, _ - or . starting with a letter or digit");
        }
        checkMicroseconds(name, window);
        checkThresholds(name, amount, alerting.thresholds());
        Duration alertDebounce = alerting.debounce();
        if (alertDebounce.isNegative()
                || alertDebounce.compareTo(MAX_ALERT_DEBOUNCE) > 0
                || alertDebounce.getNano() % 1000 != 0) {
            throw new IllegalArgumentException("alert debounce of limit " + name + " is " + alertDebounce
                    + ": expected 0 to " + MAX_ALERT_DEBOUNCE + " in whole microseconds");
        }
    }

    /** The stores keep microseconds: a span that starts between two of them would not come back as it went in. */
    private static void checkMicroseconds(String name, QuotaWindow window) {
        // Both ends of one span and its end of counting tell for all: spans repeat by the same lengths and times of
        // day.
        WindowSpan span = window.spanAt(Instant.EPOCH);
        if (isFiner(span.startInclusive()) || isFiner(span.endExclusive()) || isFiner(window.countedUntil(span))) {
            throw new IllegalArgumentException(
                    "window of limit " + name + " is \"" + window + "\": expected boundaries on whole microseconds");
        }
    }

    private static boolean isFiner(Instant instant) {
        return instant.getNano() % 1000 != 0;
    }

    private static void checkThresholds(String name, Amount amount, List<AlertThreshold> thresholds) {
        if (thresholds.size() > MAX_THRESHOLDS) {
            throw new IllegalArgumentException("limit " + name + " alerts at " + thresholds.size()
                    + " thresholds: expected at most " + MAX_THRESHOLDS);
        }
        Set<String> levels = new HashSet<>();
        for (AlertThreshold threshold : thresholds) {
            if (!levels.add(threshold.level().toString())) {
                throw new IllegalArgumentException("limit " + name + " alerts at " + threshold.level() + " twice");
            }
            if (threshold.level() instanceof AlertThreshold.Absolute absolute
                    && !absolute.amount().meter().equals(amount.meter())) {
                throw new IllegalArgumentException("limit " + name + " alerts at " + absolute.amount()
                        + ": expected an amount of its meter " + amount.meter());
            }
            try {
                threshold.level().units(amount);
            } catch (ArithmeticException overflow) {
                throw new IllegalArgumentException("limit " + name + " alerts at " + threshold.level() + " of " + amount
                        + ": expected a level below " + Amount.ofUnits(Long.MAX_VALUE, amount.meter()));
            }
        }
    }

    /** Returns a strict limit with every default. */
    public static QuotaLimit of(String name, Amount amount, QuotaWindow window) {
        return builder(name, amount, window).build();
    }

    /**
     * Returns a builder. Defaults: {@link Boundary#STRICT}, {@link ChargeTime#RESERVE}, {@link OnExcess#CHARGE},
     * {@link OnExpiry#PROGRESS}, {@link ExhaustionAction#refuse}, {@link AlertThreshold#DEFAULTS},
     * {@link #DEFAULT_ALERT_DEBOUNCE}.
     */
    public static Builder builder(String name, Amount amount, QuotaWindow window) {
        return new Builder(name, amount, window);
    }

    /** Returns the meter it counts. */
    public Meter meter() {
        return amount.meter();
    }

    /** Returns the instant whose span a charge counts in. */
    public ChargeTime chargeTime() {
        return charging.chargeTime();
    }

    /** Returns the rule for a settle above the hold. */
    public OnExcess onExcess() {
        return charging.onExcess();
    }

    /** Returns the rule for what the expiry of a started hold charges. */
    public OnExpiry onExpiry() {
        return charging.onExpiry();
    }

    /** Returns where it alerts; empty for no alerts. */
    public List<AlertThreshold> thresholds() {
        return alerting.thresholds();
    }

    /** Returns how long after an alert at a level no other is published at it. */
    public Duration alertDebounce() {
        return alerting.debounce();
    }

    /** Returns the same limit with another amount of the same meter. */
    public QuotaLimit withAmount(Amount changed) {
        return new QuotaLimit(name, changed, window, boundary, charging, onExhaustion, alerting);
    }

    /** Returns whether usage counted for one is the usage of the other: meter, window and charge time are the same. */
    public boolean countsLike(QuotaLimit other) {
        return meter().equals(other.meter()) && chargeTime() == other.chargeTime() && window.equals(other.window);
    }

    /** Returns a builder that starts from what this limit is. */
    public Builder toBuilder() {
        return new Builder(name, amount, window)
                .boundary(boundary)
                .chargeTime(chargeTime())
                .onExcess(onExcess())
                .onExpiry(onExpiry())
                .onExhaustion(onExhaustion)
                .thresholds(thresholds())
                .alertDebounce(alertDebounce());
    }

    /** Builds a limit. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final Amount amount;
        private final QuotaWindow window;
        private Boundary boundary = Boundary.STRICT;
        private ChargeTime chargeTime = ChargeTime.RESERVE;
        private OnExcess onExcess = OnExcess.CHARGE;
        private OnExpiry onExpiry = OnExpiry.PROGRESS;
        private ExhaustionAction onExhaustion = ExhaustionAction.refuse();
        private List<AlertThreshold> thresholds = AlertThreshold.DEFAULTS;
        private Duration alertDebounce = DEFAULT_ALERT_DEBOUNCE;

        private Builder(String name, Amount amount, QuotaWindow window) {
            this.name = name;
            this.amount = amount;
            this.window = window;
        }

        /** Which request is the last admitted; default {@link Boundary#STRICT}. */
        public Builder boundary(Boundary value) {
            boundary = value;
            return this;
        }

        /** Lets the request that crosses the limit finish: {@link Boundary#GRACEFUL}. */
        public Builder graceful() {
            return boundary(Boundary.GRACEFUL);
        }

        /** The instant whose span a charge counts in; default {@link ChargeTime#RESERVE}. */
        public Builder chargeTime(ChargeTime value) {
            chargeTime = value;
            return this;
        }

        /** What a settle above the hold does; default {@link OnExcess#CHARGE}. */
        public Builder onExcess(OnExcess value) {
            onExcess = value;
            return this;
        }

        /** What the expiry of a started hold charges; default {@link OnExpiry#PROGRESS}. */
        public Builder onExpiry(OnExpiry value) {
            onExpiry = value;
            return this;
        }

        /** What happens when it lacks room or all of it is used; default {@link ExhaustionAction#refuse}. */
        public Builder onExhaustion(ExhaustionAction value) {
            onExhaustion = value;
            return this;
        }

        /** Alerts at these thresholds and no others; default {@link AlertThreshold#DEFAULTS}. */
        public Builder alertAt(AlertThreshold... values) {
            return thresholds(List.of(values));
        }

        /** Alerts at these thresholds and no others; default {@link AlertThreshold#DEFAULTS}. */
        public Builder thresholds(List<AlertThreshold> values) {
            thresholds = List.copyOf(values);
            return this;
        }

        /**
         * How long after an alert at a level no other is published at it, even in another span or after a reset; 0 to 7 days,
         * default 1 hour. An alert that falls into the interval is late: the first change after it publishes it.
         */
        public Builder alertDebounce(Duration value) {
            alertDebounce = value;
            return this;
        }

        /** Does not alert. */
        public Builder noAlerts() {
            return thresholds(List.of());
        }

        /**
         * Returns the limit.
         *
         * @throws IllegalArgumentException if a value is not as allowed; the message names it
         */
        public QuotaLimit build() {
            Charging charging = new Charging(chargeTime, onExcess, onExpiry);
            Alerting alerting = new Alerting(thresholds, alertDebounce);
            return new QuotaLimit(name, amount, window, boundary, charging, onExhaustion, alerting);
        }
    }
}
