package org.quotaledger.policy;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;

/**
 * What happens at a limit that lacks room, or all of which is used. Its {@code toString} is a text that {@link #parse}
 * reads back. Immutable and thread-safe.
 */
public sealed interface ExhaustionAction {

    /** Refuses what has no room, and nothing more (default). */
    static ExhaustionAction refuse() {
        return new Refuse();
    }

    /** Refuses, and suspends the account from its exhaustion on until the limit's window ends. */
    static ExhaustionAction suspendUntilWindowEnd() {
        return new Suspend(Until.WINDOW_END);
    }

    /** Refuses, and suspends the account from its exhaustion on until a person resumes it. */
    static ExhaustionAction suspendUntilResumed() {
        return new Suspend(Until.RESUMED);
    }

    /** Charges the whole of a request that has no room to another account and its parents instead. */
    static ExhaustionAction overflowTo(AccountId to) {
        return new Overflow(to);
    }

    /** Refuses nothing, and records what would have been refused. */
    static ExhaustionAction observe() {
        return new Observe();
    }

    /**
     * Reads the text form of an action: {@code refuse}, {@code suspend until window end}, {@code suspend until resumed},
     * {@code overflow to } and the id of an account, or {@code observe}.
     *
     * @throws IllegalArgumentException if the text is none of these
     */
    static ExhaustionAction parse(String text) {
        if (text.startsWith(Overflow.TEXT)) {
            return overflowTo(AccountId.of(text.substring(Overflow.TEXT.length())));
        }
        return switch (text) {
            case "refuse" -> refuse();
            case "suspend until window end" -> suspendUntilWindowEnd();
            case "suspend until resumed" -> suspendUntilResumed();
            case "observe" -> observe();
            default ->
                throw new IllegalArgumentException("exhaustion action is \"" + text
                        + "\": expected refuse, suspend until window end, suspend until resumed, overflow to an account"
                        + " or observe");
        };
    }

    /** Returns until when it suspends, or {@code null} if it suspends nothing. */
    default @Nullable Until suspendsUntil() {
        return null;
    }

    /** Returns the account that a request without room is charged to instead, or empty. */
    default Optional<AccountId> overflow() {
        return Optional.empty();
    }

    /** Returns whether it lets pass what has no room. */
    default boolean observes() {
        return false;
    }

    /** What ends a suspension. */
    enum Until {
        /** The end of the limit's window: of a rolling one, the instant at which enough of what was used counts no more. */
        WINDOW_END,
        /** A person: by resuming the account, resetting or raising the limit, or adjusting what is used. */
        RESUMED
    }

    /** Refuses, and nothing more. */
    record Refuse() implements ExhaustionAction {

        @Override
        public String toString() {
            return "refuse";
        }
    }

    /**
     * Refuses, and suspends the account once the limit is exhausted.
     *
     * @param until what ends that
     */
    record Suspend(Until until) implements ExhaustionAction {

        /** The end is required. */
        public Suspend {
            Objects.requireNonNull(until, "until");
        }

        @Override
        public Until suspendsUntil() {
            return until;
        }

        @Override
        public String toString() {
            return until == Until.WINDOW_END ? "suspend until window end" : "suspend until resumed";
        }
    }

    /**
     * Charges requests that have no room elsewhere.
     *
     * @param to the account that is charged instead, with its parents
     */
    record Overflow(AccountId to) implements ExhaustionAction {

        private static final String TEXT = "overflow to ";

        /** The account is required. */
        public Overflow {
            Objects.requireNonNull(to, "to");
        }

        @Override
        public Optional<AccountId> overflow() {
            return Optional.of(to);
        }

        @Override
        public String toString() {
            return TEXT + to;
        }
    }

    /** Refuses nothing, and records what would have been refused. */
    record Observe() implements ExhaustionAction {

        @Override
        public boolean observes() {
            return true;
        }

        @Override
        public String toString() {
            return "observe";
        }
    }
}
