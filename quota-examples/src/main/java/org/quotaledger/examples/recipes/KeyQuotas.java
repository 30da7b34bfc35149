package org.quotaledger.examples.recipes;

import java.math.RoundingMode;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.alert.Severity;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Charged;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Tags;
import org.quotaledger.window.QuotaWindow;

/** A quota and an expiry for the life of a key, rate windows, and the limits of its group. Thread-safe. */
final class KeyQuotas {

    private final QuotaLedger ledger;

    KeyQuotas(QuotaLedger ledger) {
        this.ledger = ledger;
    }

    // doc-start
    private static final String QUOTA = "quota";

    /** The limits of a group, which all of its keys share: day and week begin at its hour and weekday, in its zone. */
    AccountId createGroup(String group, Amount day, Amount week, Amount month, ZoneId zone, LocalTime at) {
        return ledger.admin()
                .createAccount(Account.builder(group)
                        .override(QuotaLimit.of("group-day", day, QuotaWindow.daily(zone, at)))
                        .override(QuotaLimit.of("group-week", week, QuotaWindow.weekly(zone, DayOfWeek.MONDAY, at)))
                        .override(QuotaLimit.of("group-month", month, QuotaWindow.monthly(zone, 1, at)))
                        .build())
                .id();
    }

    /** Windows that open with the first use, for every key of this plan. */
    void createPlan(String plan, Amount hours5, Amount day, Amount days7) {
        ledger.admin()
                .createPolicy(QuotaPolicy.of(
                        plan,
                        QuotaLimit.of("5h", hours5, QuotaWindow.sinceFirstUse(Duration.ofHours(5))),
                        QuotaLimit.of("1d", day, QuotaWindow.sinceFirstUse(Duration.ofDays(1))),
                        QuotaLimit.of("7d", days7, QuotaWindow.sinceFirstUse(Duration.ofDays(7)))));
    }

    AccountId createKey(String key, AccountId group, String plan, @Nullable Instant expiresAt) {
        return ledger.admin()
                .createAccount(Account.builder(key)
                        .parent(group)
                        .policy(plan)
                        .expiresAt(expiresAt)
                        .build())
                .id();
    }

    /** Where zero stands for unlimited, it becomes no limit: here a limit of zero would refuse everything. */
    void setQuota(AccountId key, Amount quota, Amount alertAtRemaining) {
        if (quota.isZero()) {
            ledger.admin().withoutOverride(key, QUOTA);
        } else {
            ledger.admin().override(key, quota(quota, alertAtRemaining));
        }
    }

    /** Alerts look at what is used, so what remains is told by the difference. */
    private static QuotaLimit quota(Amount quota, Amount alertAtRemaining) {
        Amount level = quota.minusOrZero(alertAtRemaining);
        QuotaLimit.Builder limit =
                QuotaLimit.builder(QUOTA, quota, QuotaWindow.lifetime()).graceful();
        return level.isZero()
                ? limit.noAlerts().build()
                : limit.alertAt(AlertThreshold.amount(level, Severity.WARNING, AlertThreshold.OWNER))
                        .build();
    }

    /** What the key has used of its quota counts no more; its history and its other windows stay. */
    void resetQuota(AccountId key) {
        ledger.admin().reset(key, QUOTA);
    }

    /** {@code null} clears the expiry; a key that had expired works again. */
    void expireAt(AccountId key, @Nullable Instant expiresAt) {
        ledger.admin().expireAt(key, expiresAt);
    }

    /** +7, +30 or +90 days from the expiry, or from now where that is over. */
    void prolong(AccountId key, int days, Instant now) {
        ledger.admin().changeAccount(key, before -> {
            Instant from = before.expiresAt().filter(now::isBefore).orElse(now);
            return before.toBuilder()
                    .expiresAt(from.plus(Duration.ofDays(days)))
                    .build();
        });
    }

    /**
     * Once for its id, on the key, its windows and its group, the same amount on each. The same id with another fingerprint
     * is declined as a conflict that names the tags.
     */
    Answer<Charged> settle(RequestId request, AccountId key, String costUsd, String fingerprint) {
        Amount cost = Amount.of(costUsd, Meter.USD, RoundingMode.HALF_UP);
        return ledger.charge(request, key, Charge.of(cost), Tags.NONE.with("fingerprint", fingerprint));
    }
    // doc-end
}
