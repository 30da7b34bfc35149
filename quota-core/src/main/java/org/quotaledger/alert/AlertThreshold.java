package org.quotaledger.alert;

import java.util.List;
import java.util.Objects;
import org.quotaledger.account.OpaqueText;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;

/**
 * A level of used at which an alert is due, with its severity and who is told.
 *
 * <p>It is crossed when a change moves used from below the level to the level or above. Immutable and thread-safe.
 *
 * @param level the level, in percent of the limit's amount or as an amount
 * @param severity how much it presses
 * @param recipients who is told, 1 to 20 names: {@code owner}, {@code admin} or the user's own
 */
public record AlertThreshold(Level level, Severity severity, List<String> recipients) {

    /** The recipient that stands for whoever owns the account. */
    public static final String OWNER = "owner";

    /** The recipient that stands for whoever administers the ledger. */
    public static final String ADMIN = "admin";

    /**
     * What a limit alerts at unless told otherwise: 80 % and 90 % warn the owner, 95 % and 100 % press owner and admin.
     */
    public static final List<AlertThreshold> DEFAULTS = List.of(
            percent(80, Severity.WARNING, OWNER),
            percent(90, Severity.WARNING, OWNER),
            percent(95, Severity.URGENT, OWNER, ADMIN),
            percent(100, Severity.URGENT, OWNER, ADMIN));

    /** @throws IllegalArgumentException if there is no recipient, more than 20, or one is named twice */
    public AlertThreshold {
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(severity, "severity");
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty() || recipients.size() > 20) {
            throw new IllegalArgumentException(
                    "alert threshold " + level + " has " + recipients.size() + " recipients: expected 1 to 20");
        }
        for (String recipient : recipients) {
            OpaqueText.check("recipient of alert threshold " + level, recipient, 100);
        }
        if (recipients.stream().distinct().count() != recipients.size()) {
            throw new IllegalArgumentException("alert threshold " + level + " names a recipient twice: " + recipients);
        }
    }

    /** Returns a threshold at {@code percent} of the limit's amount. */
    public static AlertThreshold percent(int percent, Severity severity, String... recipients) {
        return new AlertThreshold(new Percent(percent), severity, List.of(recipients));
    }

    /** Returns a threshold that warns the owner at {@code percent} of the limit's amount. */
    public static AlertThreshold percent(int percent) {
        return percent(percent, Severity.WARNING, OWNER);
    }

    /** Returns a threshold at an amount of used. */
    public static AlertThreshold amount(Amount amount, Severity severity, String... recipients) {
        return new AlertThreshold(new Absolute(amount), severity, List.of(recipients));
    }

    /** Where a threshold lies. Its text is what alerts are told apart by within a limit. */
    public sealed interface Level permits Percent, Absolute {

        /**
         * Returns the least used, in units, that is at or above this level of a limit.
         *
         * @throws ArithmeticException if it has more units than a {@code long} holds
         */
        long units(Amount limit);

        /**
         * Returns the level that a text says: {@code 80%}, or an amount such as {@code 0.5 usd}.
         *
         * @param meter the limit's meter
         * @throws IllegalArgumentException if it says none
         */
        static Level parse(String text, Meter meter) {
            String unit = " " + meter.name();
            if (text.endsWith("%")) {
                return new Percent(Integer.parseInt(text.substring(0, text.length() - 1)));
            }
            if (text.endsWith(unit)) {
                return new Absolute(Amount.of(text.substring(0, text.length() - unit.length()), meter));
            }
            throw new IllegalArgumentException("alert threshold is \"" + text + "\": expected a share such as 80% or an"
                    + " amount such as 0.5" + unit);
        }
    }

    /**
     * A share of the limit's amount. Of a limit of zero every share is one unit: the first that is used tells.
     *
     * @param percent 1 to 1,000: a limit that can be passed may alert above 100
     */
    public record Percent(int percent) implements Level {

        /** @throws IllegalArgumentException if the share is not as allowed */
        public Percent {
            if (percent < 1 || percent > 1000) {
                throw new IllegalArgumentException("alert threshold is " + percent + " %: expected 1 to 1000");
            }
        }

        @Override
        public long units(Amount limit) {
            long hundreds = Math.multiplyExact(limit.units() / 100, (long) percent);
            long rest = (limit.units() % 100 * percent + 99) / 100;
            // A share of nothing is passed by the first unit: it must not be reached by using none.
            return Math.max(1, Math.addExact(hundreds, rest));
        }

        /** Returns the share, such as {@code 80%}. */
        @Override
        public String toString() {
            return percent + "%";
        }
    }

    /**
     * An amount of used.
     *
     * @param amount more than zero, of the limit's meter
     */
    public record Absolute(Amount amount) implements Level {

        /** @throws IllegalArgumentException if the amount is zero */
        public Absolute {
            Objects.requireNonNull(amount, "amount");
            if (amount.isZero()) {
                throw new IllegalArgumentException("alert threshold is " + amount + ": expected more than zero");
            }
        }

        @Override
        public long units(Amount limit) {
            return amount.units();
        }

        /** Returns the amount, such as {@code 0.5 usd}. */
        @Override
        public String toString() {
            return amount.toString();
        }
    }
}
