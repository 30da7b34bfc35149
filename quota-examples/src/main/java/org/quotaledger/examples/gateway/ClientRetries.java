package org.quotaledger.examples.gateway;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationStatus;

/**
 * Makes a request that a client sends again with the same {@code Idempotency-Key} happen once. Thread-safe.
 *
 * <p>The key is scoped to the account and names the reservation, so that the ledger knows it, across restarts and nodes:
 *
 * <ul>
 *   <li>while the first attempt runs: 409;
 *   <li>after it was charged: the same answer again, uncharged, if this process still has it (the last 256, not streams,
 *       256 KiB each); otherwise 409. Forwarding it again unpaid would make one key a free pass;
 *   <li>after it failed and was released, or expired: another attempt, with an id of its own;
 *   <li>with another body: 422.
 * </ul>
 */
final class ClientRetries {

    /** The tag of the reservation that tells another body from the same one. */
    static final String BODY = "body-sha256";

    private static final int MOST_KEPT = 256;
    private static final int MOST_BYTES = 256 << 10;
    private static final int MOST_ATTEMPTS = 100;
    private static final int MOST_CHARACTERS = 255;

    private final QuotaLedger ledger;
    private final Clock clock;
    private final Map<RequestId, KeptAnswer> kept = new LinkedHashMap<>();

    ClientRetries(QuotaLedger ledger, Clock clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    /**
     * What to do with a request.
     *
     * @param id the id to reserve with
     * @param answered the answer that it got before, or {@code null} if it is to be forwarded
     */
    record Attempt(RequestId id, @Nullable KeptAnswer answered) {}

    /** An answer to send again. Immutable. */
    static final class KeptAnswer {
        private final String type;
        private final byte[] body;

        private KeptAnswer(String type, byte[] body) {
            this.type = type;
            this.body = body;
        }

        String type() {
            return type;
        }

        byte[] body() {
            return body;
        }
    }

    /**
     * Returns what to do with a request.
     *
     * @param bodyHash the hash of its body
     * @throws GatewayError with status 409 if an earlier one runs or its answer is gone, 422 if that had another body
     */
    Attempt attempt(AccountId account, String key, String bodyHash) {
        if (key.length() > MOST_CHARACTERS) {
            throw GatewayError.invalid("The Idempotency-Key has more than " + MOST_CHARACTERS + " characters.");
        }
        String scoped = Secrets.sha256(account + "\n" + key);
        for (int number = 1; number <= MOST_ATTEMPTS; number++) {
            RequestId id = RequestId.of("key-" + scoped + "-" + number);
            Optional<ReservationState> before = ledger.reservation(id);
            if (before.isEmpty()) {
                return new Attempt(id, null);
            }
            if (!bodyHash.equals(before.get().tags().values().get(BODY))) {
                throw otherRequest();
            }
            ReservationStatus status = before.get().statusAt(clock.instant());
            if (status == ReservationStatus.HELD) {
                throw running();
            }
            if (status == ReservationStatus.SETTLED) {
                return new Attempt(id, answer(id));
            }
        }
        throw GatewayError.invalid(409, "idempotency_key_used", "This Idempotency-Key failed too often: use another.");
    }

    private KeptAnswer answer(RequestId id) {
        synchronized (kept) {
            KeptAnswer answer = kept.get(id);
            if (answer == null) {
                throw served();
            }
            return answer;
        }
    }

    /** Keeps an answer to send it again. */
    void keep(RequestId id, String type, byte[] body) {
        if (body.length > MOST_BYTES) {
            return;
        }
        synchronized (kept) {
            kept.put(id, new KeptAnswer(type, body));
            if (kept.size() > MOST_KEPT) {
                kept.remove(kept.keySet().iterator().next());
            }
        }
    }

    /** Returns the error of a request whose first attempt has not ended. */
    static GatewayError running() {
        return GatewayError.invalid(
                409, "idempotency_key_in_use", "The request of this Idempotency-Key is still being served.");
    }

    /** Returns the error of a request that was served before: forwarded again it would be a free one. */
    static GatewayError served() {
        return GatewayError.invalid(
                409,
                "idempotency_key_used",
                "The request of this Idempotency-Key was served, and its answer is not kept any more.");
    }

    /** Returns the error of a key that was used for another request. */
    static GatewayError otherRequest() {
        return GatewayError.invalid(
                422, "idempotency_key_reused", "This Idempotency-Key was used for another request.");
    }
}
