package org.quotaledger.examples.replay;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.quotaledger.account.AccountId;

/**
 * Deals the requests of a trace to keys, as cards are dealt: the first row of the file to the first key, the second to the
 * second, and again from the first. A row's key depends on its line alone, so that neither a row that is skipped nor the
 * number of threads moves a request to another key.
 *
 * @param run the name of the run, which all its accounts start with
 * @param keys how many keys there are
 */
record Dealing(String run, int keys) {

    /** The line of the first row: the header comes before it. */
    private static final long FIRST_LINE = 2;

    /** Returns which key a request is made with, 0 for the first. */
    int keyOf(TraceRow row) {
        return (int) ((row.line() - FIRST_LINE) % keys);
    }

    /** Returns the account of a key. Numbers have equally many digits, so that accounts sort as keys do. */
    AccountId account(int key) {
        int digits = Integer.toString(keys).length();
        return AccountId.of(String.format(Locale.ROOT, "%s/key-%0" + digits + "d", run, key + 1));
    }

    /** Returns the accounts of all keys, in order. */
    List<AccountId> accounts() {
        return IntStream.range(0, keys).mapToObj(this::account).toList();
    }
}
