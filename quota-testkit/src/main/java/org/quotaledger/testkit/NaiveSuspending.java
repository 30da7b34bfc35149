package org.quotaledger.testkit;

import java.math.BigInteger;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.quotaledger.policy.QuotaLimit;

/**
 * How accounts of the naive ledger are suspended and resumed: by what a step writes down of a limit that suspends, and by
 * changes of limits. What an expiry charges counts for this once a step has noticed it.
 */
final class NaiveSuspending {

    private final NaiveUsage usage;
    private final NaiveAlerts alerts;

    NaiveSuspending(NaiveUsage usage, NaiveAlerts alerts) {
        this.usage = usage;
        this.alerts = alerts;
    }

    /**
     * Why an account waits.
     *
     * @param until when that ends by itself, or {@code null}
     * @param cause the limit that was exhausted, or {@code null} if a person suspended it
     */
    record Suspension(@Nullable Instant until, @Nullable String cause) {

        boolean lasts(Instant now) {
            return until == null || now.isBefore(until);
        }
    }

    /** What is written down as used of a limit. */
    private record Written(NaiveAccount account, QuotaLimit limit) {}

    /** Runs a step that writes on these accounts. */
    void step(List<NaiveAccount> accounts, Instant now, Runnable change) {
        Map<Written, BigInteger> before = new LinkedHashMap<>();
        for (NaiveAccount account : accounts) {
            for (QuotaLimit limit : account.limits) {
                if (suspends(limit)) {
                    before.put(new Written(account, limit), usage.written(account, limit, now));
                }
            }
        }
        alerts.step(accounts, now, change);
        before.forEach((each, used) -> used(each.account, each.limit, used, now));
    }

    private void used(NaiveAccount account, QuotaLimit limit, BigInteger before, Instant now) {
        boolean was = exhausts(limit, before);
        boolean is = exhausts(limit, usage.written(account, limit, now));
        Suspension lasting = account.suspension(now);
        if (!was && is && lasting == null) {
            account.suspension = new Suspension(end(account, limit, now), limit.name());
        }
        if (was && !is && lasting != null && limit.name().equals(lasting.cause) && untilWindowEnd(limit)) {
            account.suspension = null;
        }
    }

    /**
     * Looks at an account again whose limits were changed.
     *
     * @param before its limits in force before
     * @param reset the names of those that were reset
     */
    void changed(NaiveAccount account, List<QuotaLimit> before, List<String> reset, Instant now) {
        reset.forEach(name -> alerts.reset(account, name));
        step(List.of(account), now, () -> usage.notice(List.of(account), now));
        alerts.limitsChanged(account, before, now);
        Suspension lasting = account.suspension(now);
        if (lasting != null && lasting.cause != null && isOver(account, lasting.cause, before, reset, now)) {
            account.suspension = null;
        }
        for (QuotaLimit limit : account.limits) {
            boolean exhausted = suspends(limit) && exhausts(limit, usage.written(account, limit, now));
            boolean knownSo = named(before, limit.name())
                    .filter(then -> then.countsLike(limit) && suspends(then))
                    .filter(then -> exhausts(then, usage.written(account, limit, now)))
                    .isPresent();
            if (exhausted && !knownSo && account.suspension(now) == null) {
                account.suspension = new Suspension(end(account, limit, now), limit.name());
            }
        }
    }

    /** The limit is gone or suspends no more; or it was relieved, and is exhausted no more. */
    private boolean isOver(
            NaiveAccount account, String cause, List<QuotaLimit> before, List<String> reset, Instant now) {
        Optional<QuotaLimit> is = named(account.limits, cause).filter(NaiveSuspending::suspends);
        if (is.isEmpty()) {
            return true;
        }
        QuotaLimit limit = is.get();
        boolean relieved = reset.contains(cause)
                || named(before, cause)
                        .filter(was -> was.countsLike(limit) && limit.amount().compareTo(was.amount()) <= 0)
                        .isEmpty();
        return relieved && !exhausts(limit, usage.written(account, limit, now));
    }

    private static Optional<QuotaLimit> named(List<QuotaLimit> limits, String name) {
        return limits.stream().filter(limit -> limit.name().equals(name)).findFirst();
    }

    private static boolean suspends(QuotaLimit limit) {
        return limit.onExhaustion().toString().startsWith("suspend");
    }

    private static boolean untilWindowEnd(QuotaLimit limit) {
        return limit.onExhaustion().toString().equals("suspend until window end");
    }

    private static boolean exhausts(QuotaLimit limit, BigInteger used) {
        return used.signum() > 0 && used.compareTo(NaiveUsage.amount(limit)) >= 0;
    }

    /** Returns when so much of what is used has gone by that it exhausts the limit no more; of zero, when all has. */
    private @Nullable Instant end(NaiveAccount account, QuotaLimit limit, Instant now) {
        if (!untilWindowEnd(limit)) {
            return null;
        }
        SortedMap<Instant, BigInteger> ends = usage.ends(account, limit, now);
        BigInteger left = usage.written(account, limit, now);
        for (Map.Entry<Instant, BigInteger> each : ends.entrySet()) {
            left = left.subtract(each.getValue());
            if (!exhausts(limit, left)) {
                return each.getKey().isBefore(NaiveUsage.LAST) ? each.getKey() : null;
            }
        }
        return null;
    }
}
