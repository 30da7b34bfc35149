package org.quotaledger.benchmarks;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.sql.DataSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.jdbc.JdbcQuotaStore;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.window.QuotaWindow;

/** Accounts that are full of live holds, or whose holds all expire at once. Not thread-safe, but for {@link #refuse}. */
final class HeldAccounts implements AutoCloseable {

    private static final AccountId FULL = AccountId.of("full");
    private static final AccountId EXPIRING = AccountId.of("expiring");
    private static final AccountId BESIDE = AccountId.of("beside");
    private static final Charge ONE = Charge.of(Amount.ofUnits(1, Meter.USD));
    private static final Duration LONG = Duration.ofHours(12);
    private static final Duration SHORT = Duration.ofMinutes(30);
    private static final int RESERVED_AT_ONCE = 500;

    private final MovedClock clock = new MovedClock();
    private final QuotaLedger ledger;

    private HeldAccounts(DataSource dataSource, String prefix) {
        ledger = QuotaLedger.builder(JdbcQuotaStore.builder(dataSource)
                        .tablePrefix(prefix + "_")
                        .lanes(1)
                        .clock(clock)
                        .build())
                .maxTimeToLive(LONG)
                .build();
    }

    /** A clock that is put forward to let holds expire. */
    private static final class MovedClock extends Clock {
        private volatile Duration ahead = Duration.ZERO;

        void advance(Duration by) {
            ahead = ahead.plus(by);
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("a store asks no zone of its clock");
        }
    }

    /**
     * Makes accounts in empty tables.
     *
     * @param holds how many live holds leave no room; 0 if used units do
     */
    static HeldAccounts full(DataSource dataSource, String prefix, int holds) {
        HeldAccounts accounts = new HeldAccounts(dataSource, prefix);
        accounts.create(FULL, Math.max(1, holds));
        if (holds == 0) {
            accounts.ledger.reserve(FULL, ONE).orThrow().settle(ONE).orThrow();
        } else {
            accounts.hold(FULL, holds, LONG);
        }
        return accounts;
    }

    /** Makes accounts in empty tables: one to hold much, and another. */
    static HeldAccounts expiring(DataSource dataSource, String prefix) {
        HeldAccounts accounts = new HeldAccounts(dataSource, prefix);
        accounts.create(EXPIRING, Long.MAX_VALUE / 2);
        accounts.create(BESIDE, Long.MAX_VALUE / 2);
        accounts.beside();
        return accounts;
    }

    private void create(AccountId id, long units) {
        ledger.admin()
                .createAccount(Account.builder(id)
                        .override(QuotaLimit.of("lifetime", Amount.ofUnits(units, Meter.USD), QuotaWindow.lifetime()))
                        .build());
    }

    private void hold(AccountId id, int holds, Duration timeToLive) {
        for (int from = 0; from < holds; from += RESERVED_AT_ONCE) {
            List<CompletionStage<Admission>> answers = new ArrayList<>();
            for (int i = from; i < Math.min(holds, from + RESERVED_AT_ONCE); i++) {
                answers.add(ledger.async()
                        .reserve(ReserveRequest.builder(id, ONE)
                                .timeToLive(timeToLive)
                                .build()));
            }
            answers.forEach(answer -> answer.toCompletableFuture().join().orThrow());
        }
    }

    void refuse() {
        if (ledger.reserve(FULL, ONE).granted()) {
            throw new IllegalStateException("a full account was let in");
        }
    }

    private void beside() {
        ledger.reserve(BESIDE, ONE).orThrow().release().orThrow();
    }

    /** Lets so many holds expire at once; returns how long a pair of another account takes beside the first reserve then. */
    Sample besideExpiries(int holds) {
        hold(EXPIRING, holds, SHORT);
        clock.advance(SHORT.plusMinutes(1));
        long before = System.nanoTime();
        CompletableFuture<Admission> first =
                ledger.async().reserve(EXPIRING, ONE).toCompletableFuture();
        beside();
        long nanos = System.nanoTime() - before;
        first.join().orThrow().release().orThrow();
        return Sample.of(BigDecimal.valueOf(nanos, 6).setScale(1, RoundingMode.HALF_UP));
    }

    @Override
    public void close() {
        ledger.close();
    }
}
