package org.quotaledger.reservation;

import java.util.Objects;
import org.quotaledger.account.OpaqueText;

/**
 * Names one reserve, direct charge or refund, so that a retry of it is known to be one. Unique in the whole ledger while
 * it is remembered. Immutable and thread-safe.
 *
 * @param value 1 to {@value #MAX_LENGTH} characters, none of them a control character or half of a surrogate pair
 */
public record RequestId(String value) implements Comparable<RequestId> {

    /** The most characters ({@code char}s) an id has. */
    public static final int MAX_LENGTH = 200;

    /** @throws IllegalArgumentException if the value is not as allowed */
    public RequestId {
        Objects.requireNonNull(value, "value");
        OpaqueText.check("request id", value, MAX_LENGTH);
    }

    /** Returns the id with this value. */
    public static RequestId of(String value) {
        return new RequestId(value);
    }

    @Override
    public int compareTo(RequestId other) {
        return value.compareTo(other.value);
    }

    /** Returns the value. */
    @Override
    public String toString() {
        return value;
    }
}
