package org.quotaledger.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.quotaledger.EventDelivery;
import org.quotaledger.LedgerAdmin;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.history.HistoryQuery;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.report.ReportQuery;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.spi.JournalQuery;
import org.quotaledger.testkit.ManualClock;
import org.quotaledger.window.QuotaWindow;

/**
 * What a ledger does in its life, in a second: every table is read and written in every way in which it ever is. Once
 * lived, it can be lived again on the same tables. Anything that fails is thrown.
 */
final class OrdinaryLife {

    private static final AtomicInteger LIVED = new AtomicInteger();
    private static final Instant BIRTH = Instant.parse("2026-03-10T12:00:00Z");

    /** Ids are remembered for seven days. */
    private static final Duration A_LIFE = Duration.ofDays(10);

    private final int number = LIVED.incrementAndGet();
    private final ManualClock clock = new ManualClock(BIRTH.plus(A_LIFE.multipliedBy(number)));
    private final JdbcQuotaStore store;
    private final QuotaLedger ledger;
    private final LedgerAdmin admin;

    private OrdinaryLife(JdbcQuotaStore.Builder builder) {
        store = builder.clock(clock).lanes(1).build();
        ledger = QuotaLedger.over(store);
        admin = ledger.admin().as("ann");
    }

    /** Lives on tables that are there. */
    static void liveOn(DataSource database) {
        OrdinaryLife life = new OrdinaryLife(JdbcQuotaStore.builder(database).createSchema(false));
        try {
            life.define();
            life.charge();
            life.administer();
            life.read();
            life.end();
        } finally {
            life.store.close();
        }
    }

    private String named(String name) {
        return name + "-" + number;
    }

    private AccountId account(String name) {
        return AccountId.of(named(name));
    }

    private RequestId request(String name) {
        return RequestId.of(named(name));
    }

    private static Charge tokens(long units) {
        return Charge.of(Amount.of(units, Meter.TOKENS));
    }

    private static QuotaLimit day(long units) {
        return QuotaLimit.builder("day", Amount.of(units, Meter.TOKENS), QuotaWindow.daily(ZoneOffset.UTC))
                .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                .build();
    }

    private void define() {
        String standard = named("standard");
        admin.createPolicy(QuotaPolicy.of(standard, day(100)));
        admin.changePolicy(standard, policy -> QuotaPolicy.of(standard, day(1_000)));
        admin.createPolicy(QuotaPolicy.of(named("spare"), day(5)));
        admin.deletePolicy(named("spare"));
        admin.createAccount(Account.builder(account("team")).policy(standard).build());
        admin.createAccount(Account.builder(account("key"))
                .parent(account("team"))
                .override(day(100))
                .build());
        admin.createAccount(Account.builder(account("old")).override(day(5)).build());
        admin.withoutOverride(account("old"), "day");
        admin.deleteAccount(account("old"));
    }

    private void charge() {
        AccountId key = account("key");
        ledger.reserve(key, tokens(20)).orThrow().settle(tokens(10)).orThrow();
        ledger.reserve(key, tokens(20)).orThrow().release().orThrow();
        Reservation left = ledger.reserve(key, tokens(5)).orThrow();
        ledger.progress(left.id(), tokens(3)).orThrow();
        ledger.extend(left.id(), Duration.ofMinutes(30)).orThrow();
        ledger.adjust(left.id(), tokens(6)).orThrow();
        ledger.charge(request("direct"), key, tokens(60)).orThrow();
        ledger.refund(request("refund"), request("direct"), tokens(5)).orThrow();
        clock.advance(Duration.ofHours(1));
        admin.sweep(1_000);
        // Exhausts the limit and so suspends the account.
        ledger.charge(request("more"), key, tokens(50)).orThrow();
        if (ledger.reserve(key, tokens(1)).granted()) {
            throw new AssertionError("a suspended account was let in");
        }
    }

    private void administer() {
        AccountId key = account("key");
        admin.reset(key, "day");
        admin.suspend(key, null);
        admin.resume(key);
        admin.setAmount(key, "day", Amount.of(200, Meter.TOKENS));
        admin.disable(key);
        admin.enable(key);
        admin.repair(key);
    }

    private void read() {
        AccountId key = account("key");
        ledger.check(key, tokens(1));
        ledger.usage(key);
        ledger.reservation(request("direct")).orElseThrow();
        ledger.reports().totals(ReportQuery.ALL);
        admin.journal(JournalQuery.ALL, row -> {});
        admin.history(HistoryQuery.of(key));
        admin.accounts(null, 10);
        admin.policies(null, 10);
        if (!admin.audit().isEmpty()) {
            throw new AssertionError("counters are not the journal's: " + admin.audit());
        }
    }

    private void end() {
        if (EventDelivery.builder(store, delivery -> {}).build().deliverOnce().delivered() == 0) {
            throw new AssertionError("nothing happened that is told");
        }
        clock.advance(Duration.ofDays(8));
        if (admin.sweep(1_000).forgotten() == 0) {
            throw new AssertionError("nothing was forgotten");
        }
    }
}
