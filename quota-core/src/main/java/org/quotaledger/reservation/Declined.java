package org.quotaledger.reservation;

/**
 * An operation was not done, nothing was written, and why. Business answers all: a retry of the same operation gets the
 * same one until something else happens. Immutable and thread-safe.
 */
public sealed interface Declined {

    /** Returns the id that the operation named. */
    RequestId id();

    /** Says why, with values, for logs. */
    String message();

    /**
     * The id was used before, with another value of a field.
     *
     * @param id the id
     * @param field which field differs, such as {@code charge}
     * @param earlier its value then
     * @param now its value now
     */
    record Conflict(RequestId id, String field, String earlier, String now) implements Declined, Admission, Decision {
        @Override
        public String message() {
            return "id " + id + " was used before with " + field + " " + earlier + ", now " + now;
        }
    }

    /**
     * A reserve with this id was granted before, and that reservation has ended: the request is not to be forwarded again.
     *
     * @param status how it has ended: settled, released or expired
     */
    record Ended(RequestId id, ReservationStatus status) implements Declined {
        @Override
        public String message() {
            return "request " + id + " was granted before and is " + status + ": it is not to be forwarded again";
        }
    }

    /** There is no reservation of this id, or it is forgotten. */
    record NotFound(RequestId id) implements Declined {
        @Override
        public String message() {
            return "there is no reservation " + id;
        }
    }

    /**
     * The amounts given are not of the meters that the reservation holds.
     *
     * @param expected the meters it holds, as text
     * @param actual the meters given, as text
     */
    record MeterMismatch(RequestId id, String expected, String actual) implements Declined {
        @Override
        public String message() {
            return "reservation " + id + " is of meters " + expected + " but was given " + actual;
        }
    }

    /**
     * The reservation's state allows it no more, or not yet.
     *
     * @param status the state it is in
     */
    record WrongState(RequestId id, ReservationStatus status) implements Declined {
        @Override
        public String message() {
            return "reservation " + id + " is " + status;
        }
    }

    /** An adjust upward had no room; the hold stays as it was. */
    record NoRoom(RequestId id, Refusal refusal) implements Declined {
        @Override
        public String message() {
            return "no room to adjust reservation " + id + ": " + refusal;
        }
    }

    /**
     * The settle says more than was held, and a limit refuses that; the hold stays as it was.
     *
     * @param held what was held, as text
     * @param cost what the settle said, as text
     */
    record ExcessRefused(RequestId id, String held, String cost) implements Declined {
        @Override
        public String message() {
            return "reservation " + id + " holds " + held + ", a limit refuses to settle " + cost;
        }
    }

    /** The refunds of a reservation would be more than was charged for it. */
    record RefundTooLarge(RequestId id, String refundable, String refund) implements Declined {
        @Override
        public String message() {
            return "reservation " + id + " has " + refundable + " left to refund, not " + refund;
        }
    }

    /** There is no such account to charge. */
    record NoAccount(RequestId id, String account) implements Declined {
        @Override
        public String message() {
            return "there is no account " + account;
        }
    }
}
