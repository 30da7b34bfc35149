package org.quotaledger.testkit;

import static org.quotaledger.testkit.NaiveAmounts.units;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.quotaledger.policy.OnExcess;
import org.quotaledger.policy.OnExpiry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.ReserveMode;

/** A reservation or a direct charge of the naive ledger, as it is now. */
final class NaiveEntry {

    enum Status {
        HELD,
        SETTLED,
        RELEASED
    }

    /** The account that was asked: its overflow may be charged instead. */
    final String account;

    final List<NaiveAccount> chain;
    final boolean direct;
    final SortedMap<String, BigInteger> asked;
    final ReserveMode mode;
    final Duration timeToLive;
    final Instant reservedAt;

    /** Whether it is not billed: from its reserve on, or since its settle. */
    boolean unbilled;

    SortedMap<String, BigInteger> held;
    Instant expiresAt;
    Status status = Status.HELD;
    boolean expiryWritten;

    /** The accounts on which a step has come past its expiry and written that down. */
    final Set<NaiveAccount> noticed = new HashSet<>();

    @Nullable
    SortedMap<String, BigInteger> progress;

    SortedMap<String, BigInteger> due = new TreeMap<>();
    SortedMap<String, BigInteger> cost = new TreeMap<>();
    SortedMap<String, BigInteger> charged = new TreeMap<>();
    SortedMap<String, BigInteger> refunded = new TreeMap<>();

    @Nullable
    Instant endedAt;

    boolean late;

    NaiveEntry(
            String account,
            List<NaiveAccount> chain,
            boolean direct,
            SortedMap<String, BigInteger> asked,
            SortedMap<String, BigInteger> held,
            ReserveMode mode,
            Duration timeToLive,
            Instant now) {
        this.account = account;
        this.chain = chain;
        this.direct = direct;
        this.asked = asked;
        this.held = held;
        this.mode = mode;
        this.timeToLive = timeToLive;
        this.reservedAt = now;
        this.expiresAt = now.plus(timeToLive);
    }

    boolean live(Instant now) {
        return status == Status.HELD && now.isBefore(expiresAt);
    }

    boolean expired(Instant now) {
        return status == Status.HELD && !now.isBefore(expiresAt);
    }

    String statusText(Instant now) {
        return expired(now) ? "EXPIRED" : status.name();
    }

    /** Returns what it charges to each of its accounts, if nothing else happens until then. */
    SortedMap<String, BigInteger> charges(Instant now) {
        if (status == Status.SETTLED) {
            return NaiveAmounts.minus(charged, refunded);
        }
        return expired(now) ? due : new TreeMap<>();
    }

    /** Returns of that what is written down on an account. */
    SortedMap<String, BigInteger> written(NaiveAccount account, Instant now) {
        return expired(now) && !noticed.contains(account) ? new TreeMap<>() : charges(now);
    }

    Instant chargedAt() {
        return endedAt == null ? expiresAt : endedAt;
    }

    OnExcess onExcess(String meter) {
        return limits(meter)
                .map(QuotaLimit::onExcess)
                .max(Comparator.naturalOrder())
                .orElse(OnExcess.CHARGE);
    }

    private Stream<QuotaLimit> limits(String meter) {
        return chain.stream()
                .flatMap(account -> account.limits.stream())
                .filter(limit -> limit.meter().name().equals(meter));
    }

    /** What its expiry charges, by the choices of the limits as they are now. */
    SortedMap<String, BigInteger> dueByExpiry() {
        SortedMap<String, BigInteger> due = new TreeMap<>();
        if (progress != null) {
            progress.forEach((meter, delivered) -> {
                OnExpiry choice = limits(meter)
                        .map(QuotaLimit::onExpiry)
                        .max(Comparator.naturalOrder())
                        .orElse(OnExpiry.PROGRESS);
                if (choice == OnExpiry.PROGRESS) {
                    due.put(meter, delivered);
                } else if (choice == OnExpiry.HOLD) {
                    due.put(meter, delivered.max(units(held, meter)));
                }
            });
        }
        return due;
    }
}
