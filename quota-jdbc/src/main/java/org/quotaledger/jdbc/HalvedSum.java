package org.quotaledger.jdbc;

import java.math.BigInteger;
import java.util.regex.Pattern;

/**
 * Exact sums on SQLite, whose own are 64-bit integers and fail where they overflow. The upper and the lower halves of the
 * numbers are added up apart, and put together here.
 */
final class HalvedSum {

    private static final Pattern SUM = Pattern.compile("SUM\\(((?:\\w\\.)?(?:units|due))\\)");
    private static final int HALF = 32;

    private HalvedSum() {}

    /** Returns the statement with every sum of units, or of units due, as a text of its two halves. */
    static String translate(String sql) {
        return SUM.matcher(sql).replaceAll("printf('%lld:%lld', SUM($1 >> 32), SUM($1 & 4294967295))");
    }

    /** Returns the sum that such a text says: a shift keeps the sign, so the lower halves are never negative. */
    static BigInteger parse(String text) {
        int colon = text.indexOf(':');
        return new BigInteger(text.substring(0, colon)).shiftLeft(HALF).add(new BigInteger(text.substring(colon + 1)));
    }
}
