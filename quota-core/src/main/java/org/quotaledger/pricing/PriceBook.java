package org.quotaledger.pricing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.amount.UnitMismatchException;
import org.quotaledger.reservation.UnbilledReason;

/**
 * The prices of models, and what a request costs by them.
 *
 * <p>A cost is the exact sum of tokens × rate × multipliers over all kinds of token, rounded once, half-up, at the scale
 * of the book's meter: never per kind, never through a floating-point number. {@link ModelPrice} says which rates apply.
 *
 * <p>A model can have several prices, each in force from an instant, that instant included, until the next. A request is
 * priced by the instant the caller gives; there is no clock here. Before its first price a model has none.
 *
 * <p>A name is a model or an alias of one. Names are compared exactly, upper and lower case apart; they have 1 to
 * {@value #MAX_NAME} characters and are not blank. Immutable and thread-safe: to change prices, make another book.
 */
public final class PriceBook {

    /** The longest name of a model or an alias, in characters. */
    public static final int MAX_NAME = 200;

    private final Meter meter;
    private final boolean zeroUsageIsMissing;
    private final Map<String, NavigableMap<Instant, ModelPrice>> given;
    private final Map<String, String> aliases;

    /** By every name, aliases too: one look-up finds the prices. */
    private final Map<String, Entry> entries;

    private PriceBook(Builder builder) {
        meter = builder.meter;
        zeroUsageIsMissing = builder.zeroUsageIsMissing;
        Map<String, NavigableMap<Instant, ModelPrice>> models = new HashMap<>();
        Map<String, Entry> all = new HashMap<>();
        builder.models.forEach((model, prices) -> {
            models.put(model, new TreeMap<>(prices));
            all.put(model, new Entry(model, prices));
        });
        builder.aliases.keySet().forEach(alias -> {
            String model = resolve(alias, builder);
            all.put(alias, Objects.requireNonNull(all.get(model)));
        });
        given = models;
        aliases = Map.copyOf(builder.aliases);
        entries = all;
    }

    private static String resolve(String alias, Builder builder) {
        Set<String> seen = new LinkedHashSet<>();
        String name = alias;
        while (!builder.models.containsKey(name)) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException(
                        "alias \"" + alias + "\" goes round in a circle: " + String.join(" -> ", seen) + " -> " + name);
            }
            String next = builder.aliases.get(name);
            if (next == null) {
                throw new IllegalArgumentException(
                        "alias \"" + alias + "\" stands for \"" + name + "\", which is neither a model nor an alias");
            }
            name = next;
        }
        if (seen.isEmpty()) {
            throw new IllegalArgumentException("\"" + alias + "\" is both a model and an alias of \""
                    + builder.aliases.get(alias) + "\": expected one of them");
        }
        return name;
    }

    /** Returns a builder of a book whose prices are in whole units of {@code meter}, e.g. dollars for usd. */
    public static Builder builder(Meter meter) {
        return new Builder(meter);
    }

    /** Returns a builder that starts with all of this book. */
    public Builder toBuilder() {
        Builder builder = new Builder(meter);
        given.forEach((model, prices) -> builder.models.put(model, new TreeMap<>(prices)));
        builder.aliases.putAll(aliases);
        builder.zeroUsageIsMissing = zeroUsageIsMissing;
        return builder;
    }

    /** Returns what costs are counted in. */
    public Meter meter() {
        return meter;
    }

    /** Returns the names of all models, sorted, aliases not among them. The set is a copy. */
    public Set<String> models() {
        return new TreeSet<>(given.keySet());
    }

    /** Returns the price of every model that has one in force at {@code at}, sorted, without aliases. The map is a copy. */
    public Map<String, ModelPrice> pricesAt(Instant at) {
        Objects.requireNonNull(at, "at");
        Map<String, ModelPrice> prices = new TreeMap<>();
        for (String model : given.keySet()) {
            price(model, at).ifPresent(price -> prices.put(model, price));
        }
        return prices;
    }

    /** Returns what each alias was said to stand for: a model or another alias. The map cannot be changed. */
    public Map<String, String> aliases() {
        return aliases;
    }

    /** Returns the price of a model or alias in force at {@code at}, or empty if there is none. */
    public Optional<ModelPrice> price(String model, Instant at) {
        Entry entry = entries.get(model);
        return entry == null ? Optional.empty() : Optional.ofNullable(entry.priceAt(at));
    }

    /** Returns what a request costs at {@link PriceTerms#STANDARD}; see {@link #cost(String, TokenUsage, Instant, PriceTerms)}. */
    public Cost cost(@Nullable String model, @Nullable TokenUsage usage, Instant at) {
        return cost(model, usage, at, PriceTerms.STANDARD);
    }

    /**
     * Returns what a request costs, or why that cannot be said.
     *
     * <p>No model, usage or count makes it throw: it is asked after the request was served, and an exception there would
     * make the request a free one.
     *
     * @param model a model or alias; null or blank if the request names none, which is unpriceable
     * @param usage the tokens used; null if they are not known, which is unpriceable, as is a usage that
     *     {@linkplain TokenUsage#contradiction contradicts itself} or costs more than a {@code long} of the meter's units
     * @param at the instant whose prices count: that of the request, so that a late settlement finds the same price
     * @param terms the service tier and the multipliers of this request
     */
    public Cost cost(@Nullable String model, @Nullable TokenUsage usage, Instant at, PriceTerms terms) {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(terms, "terms");
        if (model == null || model.isBlank()) {
            return modelMissing();
        }
        if (usage == null || (zeroUsageIsMissing && usage.isZero())) {
            return new Cost.Unpriceable(UnbilledReason.USAGE_MISSING, "no token usage of model " + quoted(model));
        }
        Optional<String> contradiction = usage.contradiction();
        if (contradiction.isPresent()) {
            return usageInvalid(model, contradiction.get());
        }
        Entry entry = entries.get(model);
        ModelPrice price = entry == null ? null : entry.priceAt(at);
        if (entry == null || price == null) {
            return priceMissing(model, at, entry != null);
        }
        BigDecimal exact = price.exactCost(usage, terms);
        if (exact == null) {
            return rateMissing(entry.model);
        }
        try {
            return new Cost.Priced(Amount.of(exact, meter, RoundingMode.HALF_UP), entry.model);
        } catch (ArithmeticException tooMuch) {
            return usageInvalid(
                    model, "it costs more than can be counted: " + exact.toBigInteger() + " " + meter.name());
        }
    }

    /**
     * Returns what to reserve for a request, or why that cannot be said: the most it can cost by {@code estimate}, and
     * never more than the amount that it is clamped to.
     *
     * @param model a model or alias; null or blank if the request names none, which is unpriceable
     * @param estimate what the request can use
     * @param at the instant whose prices count
     * @throws UnitMismatchException if the estimate is clamped to an amount of another meter than the book's
     * @throws ArithmeticException if the estimate is not clamped to an amount and has more units of the meter than a
     *     {@code long} holds
     */
    public Cost estimate(@Nullable String model, Estimate estimate, Instant at) {
        Objects.requireNonNull(at, "at");
        Amount maxAmount = estimate.maxAmount();
        // The sum with nothing of this meter throws if the meter is another: the caller's bug, whatever the model.
        Amount most = maxAmount == null ? null : maxAmount.plus(Amount.zero(meter));
        if (model == null || model.isBlank()) {
            return modelMissing();
        }
        Entry entry = entries.get(model);
        ModelPrice price = entry == null ? null : entry.priceAt(at);
        if (entry == null || price == null) {
            return priceMissing(model, at, entry != null);
        }
        BigDecimal exact = price.exactCost(estimate);
        if (exact == null) {
            return rateMissing(entry.model);
        }
        // Clamped before it is made an amount, so that a bound also tames an estimate that no long could hold.
        Amount amount = most != null && exact.compareTo(most.toDecimal()) > 0
                ? most
                : Amount.of(exact, meter, RoundingMode.HALF_UP);
        return new Cost.Priced(amount, entry.model);
    }

    private static Cost modelMissing() {
        return new Cost.Unpriceable(UnbilledReason.MODEL_MISSING, "the request names no model");
    }

    private static Cost usageInvalid(String model, String why) {
        return new Cost.Unpriceable(
                UnbilledReason.USAGE_INVALID, "token usage of model " + quoted(model) + " cannot be true: " + why);
    }

    private static Cost priceMissing(String model, Instant at, boolean known) {
        return new Cost.Unpriceable(
                UnbilledReason.PRICE_NOT_FOUND,
                "no price of model " + quoted(model) + (known ? " is in force at " + at : " is known"));
    }

    private static Cost rateMissing(String model) {
        return new Cost.Unpriceable(
                UnbilledReason.PRICE_NOT_FOUND,
                "the price of model " + quoted(model) + " has no rate for a kind of token that was used");
    }

    /** The name comes from a client's request: cut and without control characters, it cannot forge or flood a log. */
    private static String quoted(String model) {
        StringBuilder text = new StringBuilder("\"");
        model.chars()
                .limit(MAX_NAME)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .forEach(c -> text.append((char) c));
        return text.append(model.length() <= MAX_NAME ? "\"" : "…\"").toString();
    }

    /** One model's prices by the instant from which each is in force, ascending. */
    private static final class Entry {

        final String model;
        private final Instant[] from;
        private final ModelPrice[] prices;

        Entry(String model, NavigableMap<Instant, ModelPrice> byInstant) {
            this.model = model;
            from = byInstant.keySet().toArray(new Instant[0]);
            prices = byInstant.values().toArray(new ModelPrice[0]);
        }

        @Nullable
        ModelPrice priceAt(Instant at) {
            // From the newest: requests are priced shortly after they happened.
            for (int i = from.length - 1; i >= 0; i--) {
                if (at.compareTo(from[i]) >= 0) {
                    return prices[i];
                }
            }
            return null;
        }
    }

    /** Collects models, prices and aliases. Not thread-safe. */
    public static final class Builder {

        private final Meter meter;
        private final Map<String, NavigableMap<Instant, ModelPrice>> models = new HashMap<>();
        private final Map<String, String> aliases = new HashMap<>();
        private boolean zeroUsageIsMissing;

        private Builder(Meter meter) {
            this.meter = Objects.requireNonNull(meter, "meter");
        }

        /**
         * Sets the price of a model at all times, or until the first price that is in force from an instant.
         *
         * @throws IllegalArgumentException if the name is blank or too long
         */
        public Builder price(String model, ModelPrice price) {
            return price(model, Instant.MIN, price);
        }

        /**
         * Sets the price of a model from an instant on, until the next one. A price from the same instant is replaced.
         *
         * @param fromInclusive the first instant at which it is in force
         * @throws IllegalArgumentException if the name is blank or too long
         */
        public Builder price(String model, Instant fromInclusive, ModelPrice price) {
            checkName("model", model);
            Objects.requireNonNull(fromInclusive, "fromInclusive");
            Objects.requireNonNull(price, "price");
            models.computeIfAbsent(model, any -> new TreeMap<>()).put(fromInclusive, price);
            return this;
        }

        /**
         * Sets the prices of many models from an instant on, e.g. of a newer price file; other models keep theirs.
         *
         * @param fromInclusive the first instant at which they are in force; {@link Instant#MIN} for all times
         * @throws IllegalArgumentException if a name is blank or too long
         */
        public Builder prices(Instant fromInclusive, Map<String, ModelPrice> prices) {
            prices.forEach((model, price) -> price(model, fromInclusive, price));
            return this;
        }

        /**
         * Lets {@code name} stand for a model or another alias, which can be added later. An alias of the same name is
         * replaced.
         *
         * @throws IllegalArgumentException if a name is blank or too long
         */
        public Builder alias(String name, String target) {
            checkName("alias", name);
            checkName("target of alias \"" + name + "\"", target);
            aliases.put(name, target);
            return this;
        }

        /**
         * Takes a usage that counts no token at all for one that the provider did not report: unpriceable, usage missing.
         * Default: it is priced, at zero.
         */
        public Builder zeroUsageIsMissing() {
            zeroUsageIsMissing = true;
            return this;
        }

        /**
         * Returns the book.
         *
         * @throws IllegalArgumentException if an alias has the name of a model, stands for a name that is neither model
         *     nor alias, or goes round in a circle
         */
        public PriceBook build() {
            return new PriceBook(this);
        }

        private static void checkName(String what, String name) {
            Objects.requireNonNull(name, what);
            if (name.isBlank() || name.length() > MAX_NAME) {
                throw new IllegalArgumentException("name of " + what + " has " + name.length() + " characters"
                        + (name.isBlank() ? " and is blank" : "") + ": expected 1 to " + MAX_NAME);
            }
        }
    }
}
