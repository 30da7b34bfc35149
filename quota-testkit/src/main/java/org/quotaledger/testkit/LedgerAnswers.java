package org.quotaledger.testkit;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.LimitStatus;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.CheckAnswer;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.Settled;

/** The answers of a ledger as texts, so that those of the real one and of the naive one can be laid side by side. */
final class LedgerAnswers {

    static final String ADMISSIBLE = "admissible";
    static final String RELEASED = "released";
    static final String NOT_FOUND = "not found";
    static final String METER_MISMATCH = "meter mismatch";
    static final String EXCESS_REFUSED = "excess refused";
    static final String REFUND_TOO_LARGE = "refund too large";
    static final String ID_CONFLICT = "conflict of ids";
    static final String ACTIVE = "not suspended";

    private LedgerAnswers() {}

    static String held(String charge, Instant expiresAt) {
        return "held " + charge + " until " + expiresAt;
    }

    static String replayed(String answer) {
        return "replayed: " + answer;
    }

    static String conflict(String field) {
        return "conflict of " + field;
    }

    static String ended(String status) {
        return "ended: " + status;
    }

    static String wrongState(String status) {
        return "wrong state " + status;
    }

    static String refused(RefusalCode code, String cause, List<String> limits, Optional<Instant> retry) {
        return "refused by " + cause + " for " + code.text() + " "
                + limits.stream().sorted().toList() + ", retry " + time(retry);
    }

    static String limit(
            String account, String limit, RefusalCode code, BigInteger used, BigInteger held, Optional<Instant> retry) {
        return usage(account, limit, used, held) + " " + code.text() + " retry " + time(retry);
    }

    private static String time(Optional<Instant> instant) {
        return instant.map(Instant::toString).orElse("never");
    }

    static String settled(String charged, String excess, boolean late) {
        return "settled " + charged + ", excess " + excess + (late ? ", late" : "");
    }

    static String extended(Instant expiresAt) {
        return "extended until " + expiresAt;
    }

    static String adjusted(String held) {
        return "adjusted to " + held;
    }

    static String noRoom(String refusal) {
        return "no room: " + refusal;
    }

    static String progressed(String delivered) {
        return "progress " + delivered;
    }

    static String charged(String charge) {
        return "charged " + charge;
    }

    static String refunded(String refund, String total) {
        return "refunded " + refund + ", in total " + total;
    }

    static String alert(String account, String limit, String level, Instant start, String used, String cause) {
        return account + "/" + limit + " alerts at " + level + " in " + start + ": used " + used + ", " + cause;
    }

    static String of(LedgerEvent.Alert alert) {
        return alert(
                alert.account().value(),
                alert.limit(),
                alert.threshold().level().toString(),
                alert.span().startInclusive(),
                Long.toString(alert.used().units()),
                alert.cause().name());
    }

    /** What was forgotten shows by the ids: events are forgotten too, which the naive ledger has none of. */
    static String swept(int expired) {
        return "swept: " + expired + " expired";
    }

    static String usage(String account, QuotaLimit limit, BigInteger used, BigInteger held) {
        return usage(account, limit.name(), used, held) + " of " + limit.amount();
    }

    private static String usage(String account, String limit, BigInteger used, BigInteger held) {
        return account + "/" + limit + " " + used + " used " + held + " held";
    }

    static String reservation(String status, String held, String charged, Instant reservedAt, Instant expiresAt) {
        return status + ", holds " + held + ", charged " + charged + ", from " + reservedAt + " until " + expiresAt;
    }

    // ---- The real ledger's

    static String of(Admission admission) {
        return admission.fold(
                granted -> {
                    Reservation hold = granted.reservation();
                    String held = held(hold.held().toString(), hold.expiresAt());
                    String observed = granted.observed()
                            .map(refusal -> ", observed " + of(refusal))
                            .orElse("");
                    return granted.replayed() ? replayed(held) : held + observed;
                },
                LedgerAnswers::of,
                LedgerAnswers::of);
    }

    static String of(CheckAnswer answer) {
        return answer.fold(charge -> ADMISSIBLE, LedgerAnswers::of);
    }

    static String of(Refusal refusal) {
        List<String> limits = refusal.limits().stream()
                .map(limit -> limit(
                        limit.account().value(),
                        limit.limit().name(),
                        limit.code(),
                        BigInteger.valueOf(limit.used().units()),
                        BigInteger.valueOf(limit.held().units()),
                        limit.retry()))
                .toList();
        return refused(refusal.code(), refusal.cause().value(), limits, refusal.retry());
    }

    static String of(Declined declined) {
        if (declined instanceof Declined.Conflict conflict) {
            return conflict(conflict.field());
        }
        if (declined instanceof Declined.WrongState state) {
            return wrongState(state.status().name());
        }
        if (declined instanceof Declined.Ended ended) {
            return ended(ended.status().name());
        }
        if (declined instanceof Declined.NoRoom noRoom) {
            return noRoom(of(noRoom.refusal()));
        }
        if (declined instanceof Declined.NotFound) {
            return NOT_FOUND;
        }
        if (declined instanceof Declined.MeterMismatch) {
            return METER_MISMATCH;
        }
        if (declined instanceof Declined.ExcessRefused) {
            return EXCESS_REFUSED;
        }
        return declined instanceof Declined.RefundTooLarge ? REFUND_TOO_LARGE : declined.message();
    }

    static String ofSettled(Answer<Settled> answer) {
        return answer.fold(
                done -> {
                    String settled =
                            settled(done.charged().toString(), done.excess().toString(), done.late());
                    return done.replayed() ? replayed(settled) : settled;
                },
                LedgerAnswers::of);
    }

    static String suspended(@Nullable Instant until, @Nullable String cause) {
        return "suspended until " + until + " by " + cause;
    }

    static String suspension(AccountEntry entry, Instant now) {
        return Optional.ofNullable(entry.suspensionAt(now))
                .map(lasting -> suspended(lasting.until(), lasting.cause()))
                .orElse(ACTIVE);
    }

    static String usage(QuotaLedger ledger, AccountId account) {
        return ledger.usage(account).stream().map(LedgerAnswers::of).toList().toString();
    }

    private static String of(LimitStatus status) {
        return usage(
                status.account().value(),
                status.limit(),
                BigInteger.valueOf(status.used().units()),
                BigInteger.valueOf(status.held().units()));
    }

    static String reservation(QuotaLedger ledger, RequestId id, Instant now) {
        return ledger.reservation(id)
                .map(state -> {
                    ReservationStatus status = state.statusAt(now);
                    boolean settled = status == ReservationStatus.SETTLED;
                    return reservation(
                            status.name(),
                            state.held().toString(),
                            settled ? String.valueOf(state.charged()) : "nothing",
                            state.reservedAt(),
                            state.expiresAt());
                })
                .orElse(NOT_FOUND);
    }
}
