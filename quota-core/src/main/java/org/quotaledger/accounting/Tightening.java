package org.quotaledger.accounting;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quotaledger.admin.Relaxation;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.Boundary;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.OnExcess;
import org.quotaledger.policy.OnExpiry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaLimit;

/**
 * In what a change lets an account do more than before: each limit in force must survive with no more room. Where nobody
 * can say which of two choices is the tighter, the other one is taken for a relaxation.
 */
final class Tightening {

    private final List<Relaxation> relaxations = new ArrayList<>();

    private Tightening() {}

    /**
     * Returns everything that a change of an account would relax; nothing if it only tightens it.
     *
     * @param policy the policy after the change, or {@code null} if there is none
     */
    static List<Relaxation> relaxations(AccountEntry before, AccountEntry after, @Nullable PolicyEntry policy) {
        Tightening tightening = new Tightening();
        tightening.account(before.account(), after.account());
        // Of another policy's limits nothing is known here; that it is another one is refused anyway.
        if (before.account().policy().equals(after.account().policy())) {
            List<LimitEntry> limitsBefore = before.limits(policy);
            List<LimitEntry> limitsAfter = after.limits(policy);
            for (LimitEntry entry : limitsBefore) {
                tightening.limit(
                        entry.limit(),
                        Editing.named(limitsAfter, entry.limit().name()).orElse(null),
                        limitsBefore);
            }
            for (LimitEntry entry : limitsAfter) {
                if (Editing.named(limitsBefore, entry.limit().name()).isEmpty()) {
                    tightening.added(entry.limit(), limitsBefore);
                }
            }
        }
        return List.copyOf(tightening.relaxations);
    }

    private void account(Account before, Account after) {
        same(null, "policy", before.policy().orElse("none"), after.policy().orElse("none"));
        same(null, "parent", text(before.parent()), text(after.parent()));
        if (before.disabled() && !after.disabled()) {
            relaxed(null, "disabled", true, false);
        }
        before.expiresAt().ifPresent(expiry -> {
            if (after.expiresAt().map(later -> later.isAfter(expiry)).orElse(true)) {
                relaxed(null, "expiresAt", expiry, text(after.expiresAt()));
            }
        });
    }

    private void limit(QuotaLimit before, @Nullable LimitEntry survivor, List<LimitEntry> allBefore) {
        String name = before.name();
        if (survivor == null) {
            relaxed(name, "amount", before.amount(), "unlimited");
            return;
        }
        QuotaLimit after = survivor.limit();
        same(name, "meter", before.meter(), after.meter());
        same(name, "window", before.window(), after.window());
        same(name, "chargeTime", before.chargeTime(), after.chargeTime());
        if (before.meter().equals(after.meter())) {
            int change = after.amount().compareTo(before.amount());
            if (change > 0 || (change < 0 && endsASuspensionUntilResumedEarly(after, allBefore))) {
                relaxed(name, "amount", before.amount(), after.amount());
            }
        }
        if (before.boundary() == Boundary.STRICT) {
            same(name, "boundary", before.boundary(), after.boundary());
        }
        // To charge an excess passes the limit, to cap it makes it free, to refuse it leaves it to the expiry of the
        // hold.
        same(name, "onExcess", before.onExcess(), after.onExcess());
        if (after.onExpiry().compareTo(before.onExpiry()) < 0) {
            relaxed(name, "onExpiry", before.onExpiry(), after.onExpiry());
        }
        if (!isAsStrict(before.onExhaustion(), after.onExhaustion())
                || (!after.onExhaustion().equals(before.onExhaustion())
                        && endsASuspensionUntilResumedEarly(after, allBefore))) {
            relaxed(name, "onExhaustion", before.onExhaustion(), after.onExhaustion());
        }
        alerts(before, after);
    }

    /** What a limit does beside refusing can relax others: its choices bear on every charge of its meter. */
    private void added(QuotaLimit limit, List<LimitEntry> before) {
        List<QuotaLimit> ofMeter = before.stream()
                .map(LimitEntry::limit)
                .filter(other -> other.meter().equals(limit.meter()))
                .toList();
        OnExcess onExcess = ofMeter.stream()
                .map(QuotaLimit::onExcess)
                .max(Comparator.naturalOrder())
                .orElse(OnExcess.CHARGE);
        if (limit.onExcess().compareTo(onExcess) > 0) {
            relaxed(limit.name(), "onExcess", onExcess, limit.onExcess());
        }
        if (ofMeter.isEmpty() && limit.onExpiry() == OnExpiry.NOTHING) {
            relaxed(limit.name(), "onExpiry", OnExpiry.PROGRESS, limit.onExpiry());
        }
        if (limit.onExhaustion().overflow().isPresent() || endsASuspensionUntilResumedEarly(limit, before)) {
            relaxed(limit.name(), "onExhaustion", "none", limit.onExhaustion());
        }
    }

    /** An overflow charges somebody else: another one than before is never as strict. */
    private static boolean isAsStrict(ExhaustionAction before, ExhaustionAction after) {
        return after.equals(before) || (after.overflow().isEmpty() && strictness(after) > strictness(before));
    }

    /**
     * Whether a limit suspends until its window ends, while another one suspends until resumed. The first that is exhausted
     * says how long, so that the account would come back by itself though the other one was exhausted too.
     */
    private static boolean endsASuspensionUntilResumedEarly(QuotaLimit limit, List<LimitEntry> before) {
        return limit.onExhaustion().suspendsUntil() == ExhaustionAction.Until.WINDOW_END
                && before.stream()
                        .anyMatch(other ->
                                other.limit().onExhaustion().suspendsUntil() == ExhaustionAction.Until.RESUMED);
    }

    /** How little an action lets pass. */
    private static int strictness(ExhaustionAction action) {
        ExhaustionAction.Until until = action.suspendsUntil();
        if (until != null) {
            return until == ExhaustionAction.Until.RESUMED ? 4 : 3;
        }
        if (action.observes()) {
            return 0;
        }
        return action.overflow().isPresent() ? 1 : 2;
    }

    /** Who watches the account must go on hearing of it. */
    private void alerts(QuotaLimit before, QuotaLimit after) {
        for (AlertThreshold threshold : before.thresholds()) {
            Optional<AlertThreshold> kept = after.thresholds().stream()
                    .filter(other ->
                            other.level().toString().equals(threshold.level().toString()))
                    .findFirst();
            boolean tells = kept.isPresent()
                    && kept.get().recipients().containsAll(threshold.recipients())
                    && kept.get().severity().compareTo(threshold.severity()) >= 0;
            if (!tells) {
                relaxed(
                        before.name(),
                        "alert at " + threshold.level(),
                        alert(threshold),
                        kept.map(Tightening::alert).orElse("none"));
            }
        }
        if (after.alertDebounce().compareTo(before.alertDebounce()) > 0) {
            relaxed(before.name(), "alertDebounce", before.alertDebounce(), after.alertDebounce());
        }
    }

    private static String alert(AlertThreshold threshold) {
        return threshold.severity() + " to " + String.join(", ", threshold.recipients());
    }

    private static String text(Optional<?> value) {
        return value.map(Objects::toString).orElse("none");
    }

    private void same(@Nullable String limit, String field, Object before, Object after) {
        if (!before.equals(after)) {
            relaxed(limit, field, before, after);
        }
    }

    private void relaxed(@Nullable String limit, String field, Object before, Object after) {
        relaxations.add(new Relaxation(limit, field, before.toString(), after.toString()));
    }
}
