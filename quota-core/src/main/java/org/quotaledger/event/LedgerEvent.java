package org.quotaledger.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.amount.Amount;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.Suspension;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.window.WindowSpan;

/**
 * Something that happened to a limit or an account, made and kept in the same atomic step as what it tells of.
 *
 * <p>Its {@linkplain #id id} stays the same however often it is delivered, so that a receiver can tell a repetition from
 * another event. Immutable and thread-safe.
 */
public sealed interface LedgerEvent {

    /** Returns the id, the same in every delivery. */
    UUID id();

    /** Returns which of the records below it is. */
    Kind kind();

    /** Returns the account that it is about; {@code null} only where a limit of a policy was changed. */
    @Nullable
    AccountId account();

    /** Returns when it happened. */
    Instant at();

    /** Returns the same at another instant. */
    LedgerEvent withAt(Instant other);

    /** What kinds of events there are. The names are stable: they are what stores and JSON call them. */
    enum Kind {
        /** {@link LedgerEvent.Alert}. */
        ALERT,
        /** {@link LedgerEvent.Exhausted}. */
        EXHAUSTED,
        /** {@link LedgerEvent.Refused}. */
        REFUSED,
        /** {@link LedgerEvent.Suspended}. */
        SUSPENDED,
        /** {@link LedgerEvent.Resumed}. */
        RESUMED,
        /** {@link LedgerEvent.Reset}. */
        RESET,
        /** {@link LedgerEvent.LimitChanged}. */
        LIMIT_CHANGED,
        /** {@link LedgerEvent.HoldExpired}. */
        HOLD_EXPIRED
    }

    /** What brought an event about. */
    enum Cause {
        /** Used grew: by a settle, a direct charge or the expiry of a started hold. */
        CHARGE,
        /** Used became less: by a refund, or by a late settle that takes the charge of an expiry back. */
        REFUND,
        /** The limit was changed. */
        LIMIT_CHANGED,
        /** A limit was exhausted. */
        EXHAUSTED,
        /** Used was reset by hand. */
        RESET,
        /** The time came: a window ended. */
        TIME,
        /** A person did it. */
        PERSON
    }

    /**
     * Returns the id of an event: made of what tells it from every other, so that the same event has the same id
     * wherever and however often it is made.
     *
     * @param parts whose texts, in this order, no other event of that kind has
     */
    static UUID id(Kind kind, Object... parts) {
        StringBuilder text = new StringBuilder(kind.name());
        for (Object part : parts) {
            String value = part.toString();
            // With its length, so that no two lists of parts make one text.
            text.append('|').append(value.length()).append(':').append(value);
        }
        return UUID.nameUUIDFromBytes(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The use of a limit in one span. Immutable and thread-safe.
     *
     * @param limit the limit's name
     * @param span the span
     * @param used the amount used
     * @param amount the limit's amount
     */
    record LimitUse(String limit, WindowSpan span, Amount used, Amount amount) {

        /** All are required. */
        public LimitUse {
            Objects.requireNonNull(limit, "limit");
            Objects.requireNonNull(span, "span");
            Objects.requireNonNull(used, "used");
            Objects.requireNonNull(amount, "amount");
        }
    }

    /** An event of the use of a limit. */
    sealed interface OfUse extends LedgerEvent permits Alert, Exhausted {

        /** Returns the use of the limit after the change. */
        LimitUse use();

        /** Returns the limit's name. */
        default String limit() {
            return use().limit();
        }

        /** Returns the span in which it happened. */
        default WindowSpan span() {
            return use().span();
        }

        /** Returns the amount used after the change. */
        default Amount used() {
            return use().used();
        }

        /** Returns the limit's amount. */
        default Amount amount() {
            return use().amount();
        }
    }

    /**
     * A limit's used has come to or above a threshold that it was below; within the debounce interval of an earlier alert, it
     * has done so before and is at or above it still.
     *
     * @param id the same in every delivery
     * @param account whose limit it is
     * @param at when
     * @param use the use of the limit after the change
     * @param threshold the threshold that was crossed
     * @param cause {@link Cause#CHARGE}, or {@link Cause#LIMIT_CHANGED} if the threshold moved instead of used, or a change
     *     of the limit published a late alert
     */
    record Alert(UUID id, AccountId account, Instant at, LimitUse use, AlertThreshold threshold, Cause cause)
            implements OfUse {

        /** All are required. */
        public Alert {
            requireCommon(id, account, at);
            Objects.requireNonNull(use, "use");
            Objects.requireNonNull(threshold, "threshold");
            Objects.requireNonNull(cause, "cause");
        }

        @Override
        public Kind kind() {
            return Kind.ALERT;
        }

        @Override
        public Alert withAt(Instant other) {
            return new Alert(id, account, other, use, threshold, cause);
        }
    }

    /**
     * All of a limit is used.
     *
     * @param id the same in every delivery
     * @param account whose limit it is
     * @param at when
     * @param use the use of the limit after the change
     * @param cause {@link Cause#CHARGE}, or {@link Cause#LIMIT_CHANGED} if the amount was lowered
     */
    record Exhausted(UUID id, AccountId account, Instant at, LimitUse use, Cause cause) implements OfUse {

        /** All are required. */
        public Exhausted {
            requireCommon(id, account, at);
            Objects.requireNonNull(use, "use");
            Objects.requireNonNull(cause, "cause");
        }

        @Override
        public Kind kind() {
            return Kind.EXHAUSTED;
        }

        @Override
        public Exhausted withAt(Instant other) {
            return new Exhausted(id, account, other, use, cause);
        }
    }

    /**
     * Reserves were refused by a limit: told once for each limit and span.
     *
     * @param id the same in every delivery
     * @param account whose limit it is
     * @param at when the first was refused
     * @param limit the limit's name
     * @param span the span in which they were refused
     * @param code why the first was
     * @param count how many were refused when this was told, 1 or more; later ones are counted only
     */
    record Refused(UUID id, AccountId account, Instant at, String limit, WindowSpan span, RefusalCode code, long count)
            implements LedgerEvent {

        /** @throws IllegalArgumentException if the count is less than 1 */
        public Refused {
            requireCommon(id, account, at);
            Objects.requireNonNull(limit, "limit");
            Objects.requireNonNull(span, "span");
            Objects.requireNonNull(code, "code");
            if (count < 1) {
                throw new IllegalArgumentException("count of refusals is " + count + ": expected 1 or more");
            }
        }

        @Override
        public Kind kind() {
            return Kind.REFUSED;
        }

        @Override
        public Refused withAt(Instant other) {
            return new Refused(id, account, other, limit, span, code, count);
        }
    }

    /**
     * An account was suspended. One that waits already and is suspended by a person is told so, without that its former
     * suspension is told to have ended.
     *
     * @param id the same in every delivery
     * @param account which
     * @param at when
     * @param limit the limit whose exhaustion suspended it, or {@code null} if a person did
     * @param span the span in which it was exhausted, or {@code null} if a person did
     * @param until when it ends by itself, or {@code null} where only a person ends it
     * @param cause {@link Cause#EXHAUSTED} or {@link Cause#PERSON}
     */
    record Suspended(
            UUID id,
            AccountId account,
            Instant at,
            @Nullable String limit,
            @Nullable WindowSpan span,
            @Nullable Instant until,
            Cause cause)
            implements LedgerEvent {

        /** Id, account, time and cause are required. */
        public Suspended {
            requireCommon(id, account, at);
            Objects.requireNonNull(cause, "cause");
        }

        /**
         * Returns what is told of an account that has just been suspended.
         *
         * @param span the span in which its limit was exhausted, or {@code null} if a person suspended it
         * @throws NullPointerException if it is not suspended
         */
        public static Suspended of(AccountEntry suspended, @Nullable WindowSpan span) {
            Suspension suspension = Objects.requireNonNull(suspended.suspension(), "suspension");
            return new Suspended(
                    LedgerEvent.id(Kind.SUSPENDED, suspended.id(), suspended.version()),
                    suspended.id(),
                    suspension.since(),
                    suspension.cause(),
                    span,
                    suspension.until(),
                    suspension.cause() == null ? Cause.PERSON : Cause.EXHAUSTED);
        }

        @Override
        public Kind kind() {
            return Kind.SUSPENDED;
        }

        @Override
        public Suspended withAt(Instant other) {
            return new Suspended(id, account, other, limit, span, until, cause);
        }
    }

    /**
     * A suspension ended. One that ended by itself is told by the first step that changes anything of the account after
     * that, or by a sweep.
     *
     * @param id the same in every delivery
     * @param account whose
     * @param at when it ended, also where that is told later
     * @param limit the limit whose exhaustion had suspended it, or {@code null} if a person had
     * @param cause {@link Cause#TIME}, {@link Cause#PERSON}, {@link Cause#REFUND}, {@link Cause#RESET} or
     *     {@link Cause#LIMIT_CHANGED}
     */
    record Resumed(
            UUID id,
            AccountId account,
            Instant at,
            @Nullable String limit,
            Cause cause) implements LedgerEvent {

        /** Id, account, time and cause are required. */
        public Resumed {
            requireCommon(id, account, at);
            Objects.requireNonNull(cause, "cause");
        }

        /**
         * Returns what is told when a suspension ends.
         *
         * @param suspended the account as it was, with the suspension
         * @param now the instant of the step that ends it, or finds that it has ended
         * @param cause what ends it, unless it has ended by itself
         * @throws NullPointerException if it was not suspended
         */
        public static Resumed of(AccountEntry suspended, Instant now, Cause cause) {
            Suspension suspension = Objects.requireNonNull(suspended.suspension(), "suspension");
            Instant ended = suspension.lasts(now) ? null : suspension.until();
            return new Resumed(
                    LedgerEvent.id(Kind.RESUMED, suspended.id(), suspended.version()),
                    suspended.id(),
                    ended == null ? now : ended,
                    suspension.cause(),
                    ended == null ? cause : Cause.TIME);
        }

        @Override
        public Kind kind() {
            return Kind.RESUMED;
        }

        @Override
        public Resumed withAt(Instant other) {
            return new Resumed(id, account, other, limit, cause);
        }
    }

    /**
     * What was used of a limit was reset by hand.
     *
     * @param id the same in every delivery
     * @param account whose limit it is
     * @param at since when use counts
     * @param limit the limit's name
     * @param span the span of then, which goes on; {@code null} if none was open
     * @param used what was used until then
     */
    record Reset(
            UUID id,
            AccountId account,
            Instant at,
            String limit,
            @Nullable WindowSpan span,
            Amount used) implements LedgerEvent {

        /** All but the span are required. */
        public Reset {
            requireCommon(id, account, at);
            Objects.requireNonNull(limit, "limit");
            Objects.requireNonNull(used, "used");
        }

        @Override
        public Kind kind() {
            return Kind.RESET;
        }

        @Override
        public Reset withAt(Instant other) {
            return new Reset(id, account, other, limit, span, used);
        }
    }

    /**
     * A limit was changed, added or dropped: one of a policy, told once for all accounts that have it, or one in force of
     * an account, by a change of its own limits or by its having another policy. A limit that comes to count another meter
     * is told as dropped and as added.
     *
     * @param id the same in every delivery
     * @param account whose limits in force were changed, or {@code null} if a policy's were
     * @param policy whose limit it is, or {@code null} if an account was changed
     * @param at when
     * @param limit the limit's name
     * @param before its amount before, or {@code null} if there was no such limit
     * @param after its amount after, or {@code null} if there is no such limit any more; the same as before where
     *     something else of the limit was changed
     */
    record LimitChanged(
            UUID id,
            @Nullable AccountId account,
            @Nullable String policy,
            Instant at,
            String limit,
            @Nullable Amount before,
            @Nullable Amount after)
            implements LedgerEvent {

        /** @throws IllegalArgumentException if not exactly one of account and policy is given */
        public LimitChanged {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(limit, "limit");
            if ((account == null) == (policy == null)) {
                throw new IllegalArgumentException("limit " + limit + " is of account " + account + " and of policy "
                        + policy + ": expected one of them");
            }
        }

        @Override
        public Kind kind() {
            return Kind.LIMIT_CHANGED;
        }

        @Override
        public LimitChanged withAt(Instant other) {
            return new LimitChanged(id, account, policy, other, limit, before, after);
        }
    }

    /**
     * A reservation expired: nobody settled or released it in time. Told when that is written down, by a sweep or by a
     * late settle.
     *
     * @param id the same in every delivery
     * @param account the account that it was reserved for
     * @param at when it expired
     * @param reservation which
     */
    record HoldExpired(UUID id, AccountId account, Instant at, RequestId reservation) implements LedgerEvent {

        /** All are required. */
        public HoldExpired {
            requireCommon(id, account, at);
            Objects.requireNonNull(reservation, "reservation");
        }

        @Override
        public Kind kind() {
            return Kind.HOLD_EXPIRED;
        }

        @Override
        public HoldExpired withAt(Instant other) {
            return new HoldExpired(id, account, other, reservation);
        }
    }

    private static void requireCommon(UUID id, AccountId account, Instant at) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(account, "account");
        Objects.requireNonNull(at, "at");
    }
}
