package org.quotaledger.amount;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Amounts of one or more meters that belong together, e.g. 0.05 usd + 1,500 tokens + 1 request.
 *
 * <p>Each meter stands in it once, in the order of {@link Meter#compareTo}; a zero amount stays in it. Only
 * {@link #NONE} has no meter: it is what an unbilled request is charged. Immutable and thread-safe.
 *
 * @param amounts the amounts, sorted by meter
 */
public record Charge(List<Amount> amounts) {

    /** The charge of no meter at all. */
    public static final Charge NONE = new Charge(List.of());

    /** @throws IllegalArgumentException if a meter's name stands in it twice */
    public Charge {
        amounts = amounts.size() < 2 ? List.copyOf(amounts) : sorted(amounts);
    }

    private static List<Amount> sorted(List<Amount> amounts) {
        if (isSorted(amounts)) {
            return List.copyOf(amounts);
        }
        List<Amount> sorted =
                amounts.stream().sorted(Comparator.comparing(Amount::meter)).toList();
        for (int i = 1; i < sorted.size(); i++) {
            Meter before = sorted.get(i - 1).meter();
            Meter meter = sorted.get(i).meter();
            if (before.name().equals(meter.name())) {
                throw new IllegalArgumentException("charge names meter " + meter.name() + " twice");
            }
        }
        return sorted;
    }

    /** Whether each meter's name comes after the one before: then none stands in it twice. */
    private static boolean isSorted(List<Amount> amounts) {
        for (int i = 1; i < amounts.size(); i++) {
            if (amounts.get(i - 1)
                            .meter()
                            .name()
                            .compareTo(amounts.get(i).meter().name())
                    >= 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns a charge of these amounts.
     *
     * @throws IllegalArgumentException if a meter's name stands in it twice
     */
    public static Charge of(Amount first, Amount... more) {
        Objects.requireNonNull(first, "first");
        if (more.length == 0) {
            return new Charge(List.of(first));
        }
        Amount[] all = Arrays.copyOf(more, more.length + 1);
        all[more.length] = first;
        return new Charge(List.of(all));
    }

    /** Returns whether it names no meter. */
    public boolean isNone() {
        return amounts.isEmpty();
    }

    /** Returns its meters, sorted. */
    public List<Meter> meters() {
        return amounts.stream().map(Amount::meter).toList();
    }

    /** Returns the amount of {@code meter}, or empty if the charge does not name it. */
    public Optional<Amount> amount(Meter meter) {
        return amounts.stream().filter(amount -> amount.meter().equals(meter)).findFirst();
    }

    /** Returns the units of {@code meter}, 0 if the charge does not name it. */
    public long units(Meter meter) {
        for (int i = 0; i < amounts.size(); i++) {
            Amount amount = amounts.get(i);
            if (amount.meter().equals(meter)) {
                return amount.units();
            }
        }
        return 0;
    }

    /** Returns whether both name the same meters. */
    public boolean sameMeters(Charge other) {
        if (amounts.size() != other.amounts.size()) {
            return false;
        }
        for (int i = 0; i < amounts.size(); i++) {
            if (!amounts.get(i).meter().equals(other.amounts.get(i).meter())) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether no amount of it is larger than that of {@code other}; a meter missing there counts as zero. */
    public boolean fitsIn(Charge other) {
        for (int i = 0; i < amounts.size(); i++) {
            Amount amount = amounts.get(i);
            if (amount.units() > other.units(amount.meter())) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the sum, meter by meter; a meter of only one of them stays as it is.
     *
     * @throws ArithmeticException if a sum has more units than a {@code long} holds
     */
    public Charge plus(Charge other) {
        List<Amount> sums = new java.util.ArrayList<>(amounts.size() + other.amounts.size());
        for (Amount amount : amounts) {
            sums.add(other.amount(amount.meter()).map(amount::plus).orElse(amount));
        }
        for (Amount amount : other.amounts) {
            if (amount(amount.meter()).isEmpty()) {
                sums.add(amount);
            }
        }
        return new Charge(sums);
    }

    /** Returns what is left of each amount after {@code other} is taken away, zero at the least. */
    public Charge minusOrZero(Charge other) {
        Amount[] left = new Amount[amounts.size()];
        for (int i = 0; i < left.length; i++) {
            Amount amount = amounts.get(i);
            left[i] = Amount.ofUnits(Math.max(0, amount.units() - other.units(amount.meter())), amount.meter());
        }
        return new Charge(List.of(left));
    }

    /** Returns the same meters with nothing of each. */
    public Charge zero() {
        Amount[] nothing = new Amount[amounts.size()];
        for (int i = 0; i < nothing.length; i++) {
            nothing[i] = Amount.zero(amounts.get(i).meter());
        }
        return new Charge(List.of(nothing));
    }

    /** Returns the amounts with a plus sign between them, such as {@code 1 requests + 0.05 usd}, or {@code none}. */
    @Override
    public String toString() {
        return isNone() ? "none" : amounts.stream().map(Amount::toString).collect(Collectors.joining(" + "));
    }
}
