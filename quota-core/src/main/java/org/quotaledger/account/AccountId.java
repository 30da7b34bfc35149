package org.quotaledger.account;

import java.util.Objects;

/**
 * Names an account: an API key, user, team or organisation. Opaque: the ledger never reads meaning into it.
 *
 * <p>Compared exactly, so case counts. Do not put a secret in it: it stands in journals, logs and reports; give the hash
 * of an API key, or an id of your own. Immutable and thread-safe.
 *
 * @param value 1 to {@value #MAX_LENGTH} characters, none of them a control character or half of a surrogate pair
 */
public record AccountId(String value) implements Comparable<AccountId> {

    /** The most characters ({@code char}s) an id has. */
    public static final int MAX_LENGTH = 200;

    /** @throws IllegalArgumentException if the value is not as allowed */
    public AccountId {
        Objects.requireNonNull(value, "value");
        OpaqueText.check("account id", value, MAX_LENGTH);
    }

    /** Returns the id with this value. */
    public static AccountId of(String value) {
        return new AccountId(value);
    }

    @Override
    public int compareTo(AccountId other) {
        return value.compareTo(other.value);
    }

    /** Returns the value. */
    @Override
    public String toString() {
        return value;
    }
}
