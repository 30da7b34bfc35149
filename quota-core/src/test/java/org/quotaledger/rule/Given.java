package org.quotaledger.rule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Tags;
import org.quotaledger.window.QuotaWindow;

/** Plain values for tests of the rule: one line makes an account, a command or a unit of work. */
final class Given {

    static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
    static final Instant MIDNIGHT = Instant.parse("2026-03-11T00:00:00Z");
    static final QuotaWindow DAILY = QuotaWindow.daily(ZoneOffset.UTC);
    static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    private Given() {}

    static Charge tokens(long units) {
        return Charge.of(Amount.ofUnits(units, Meter.TOKENS));
    }

    static QuotaLimit limit(long units) {
        return QuotaLimit.of("daily", Amount.ofUnits(units, Meter.TOKENS), DAILY);
    }

    static QuotaLimit graceful(long units) {
        return QuotaLimit.builder("daily", Amount.ofUnits(units, Meter.TOKENS), DAILY)
                .graceful()
                .build();
    }

    /** Returns an active account with one limit of today. */
    static WorkingAccount account(String id, QuotaLimit limit, Counter counter) {
        return account(Account.builder(AccountId.of(id)).build(), limit, counter);
    }

    static WorkingAccount account(Account defined, QuotaLimit limit, Counter counter) {
        AccountEntry entry =
                new AccountEntry(defined, 1, Instant.EPOCH, null, null, Instant.EPOCH, List.of(), Map.of());
        return new WorkingAccount(entry, List.of(new WorkingLimit(new LimitEntry(limit, Instant.EPOCH), counter)));
    }

    static Counter used(long used, long held) {
        return Counter.of(DAILY.spanAt(NOON), used, held, used);
    }

    static Counter tracked(long used, long held) {
        return Counter.tracked(DAILY.spanAt(NOON), used, held, used);
    }

    static UnitOfWork work(WorkingAccount... chain) {
        return new UnitOfWork(List.of(chain), Facts.NONE);
    }

    static Reserve reserve(long units) {
        return reserve("r", units);
    }

    static Reserve reserve(String id, long units) {
        return new Reserve(RequestId.of(id), AccountId.of("key"), tokens(units), TEN_MINUTES, Tags.NONE);
    }

    static Settle settle(long units) {
        return new Settle(RequestId.of("r"), tokens(units));
    }

    static Release release() {
        return new Release(RequestId.of("r"));
    }
}
