package org.quotaledger.testkit;

import static java.util.stream.Collectors.joining;

import java.math.BigInteger;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.quotaledger.policy.QuotaLimit;

/** Amounts of the naive ledger: whole numbers of any size, by the name of the meter. */
final class NaiveAmounts {

    private NaiveAmounts() {}

    static SortedMap<String, BigInteger> amounts(Map<String, Long> units) {
        SortedMap<String, BigInteger> amounts = new TreeMap<>();
        units.forEach((meter, number) -> amounts.put(meter, BigInteger.valueOf(number)));
        return amounts;
    }

    static BigInteger units(SortedMap<String, BigInteger> amounts, QuotaLimit limit) {
        return units(amounts, limit.meter().name());
    }

    static BigInteger units(SortedMap<String, BigInteger> amounts, String meter) {
        return amounts.getOrDefault(meter, BigInteger.ZERO);
    }

    static SortedMap<String, BigInteger> minus(
            SortedMap<String, BigInteger> amounts, SortedMap<String, BigInteger> others) {
        SortedMap<String, BigInteger> left = new TreeMap<>();
        amounts.forEach((meter, units) -> left.put(meter, units.subtract(units(others, meter))));
        return left;
    }

    static String text(SortedMap<String, BigInteger> amounts) {
        return amounts.entrySet().stream()
                .map(amount -> amount.getValue() + " " + amount.getKey())
                .collect(joining(" + "));
    }
}
