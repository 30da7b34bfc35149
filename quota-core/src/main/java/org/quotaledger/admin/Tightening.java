package org.quotaledger.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quotaledger.admin.DefinitionException.Reason;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.Boundary;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaLimit;

/** What a change may not do that is to tighten an account only: each limit in force must survive with no more room. */
final class Tightening {

    private final List<String> relaxations = new ArrayList<>();

    private Tightening() {}

    /**
     * Checks a change of an account that keeps its policy.
     *
     * @throws DefinitionException if it relaxes anything; the message names all that it does
     */
    static void check(AccountEntry before, AccountEntry after, @Nullable PolicyEntry policy) {
        Tightening tightening = new Tightening();
        tightening.account(before.account(), after.account());
        if (before.account().policy().equals(after.account().policy())) {
            for (LimitEntry entry : before.limits(policy)) {
                tightening.limit(
                        entry.limit(),
                        AccountRules.named(after.limits(policy), entry.limit().name()));
            }
        }
        if (!tightening.relaxations.isEmpty()) {
            throw new DefinitionException(
                    Reason.RELAXED,
                    "account",
                    "account " + before.id() + " would be relaxed: " + String.join("; ", tightening.relaxations));
        }
    }

    private void account(Account before, Account after) {
        same("policy", before.policy().orElse("none"), after.policy().orElse("none"));
        same(
                "parent",
                before.parent().map(Objects::toString).orElse("none"),
                after.parent().map(Objects::toString).orElse("none"));
        unless(before.disabled() && !after.disabled(), "it is disabled and would be enabled");
        before.expiresAt()
                .ifPresent(expiry -> unless(
                        after.expiresAt().map(later -> later.isAfter(expiry)).orElse(true),
                        "it expires at " + expiry + " and would "
                                + after.expiresAt().map(later -> "at " + later).orElse("not")));
    }

    private void limit(QuotaLimit before, Optional<LimitEntry> survivor) {
        String name = "limit " + before.name();
        if (survivor.isEmpty()) {
            relaxations.add(name + " would be taken away");
            return;
        }
        QuotaLimit after = survivor.get().limit();
        same("meter of " + name, before.meter(), after.meter());
        same("window of " + name, before.window(), after.window());
        same("charge time of " + name, before.chargeTime(), after.chargeTime());
        unless(
                before.meter().equals(after.meter()) && after.amount().compareTo(before.amount()) > 0,
                "amount of " + name + " is " + before.amount() + " and would be " + after.amount());
        unless(
                before.boundary() == Boundary.STRICT && after.boundary() != Boundary.STRICT,
                "boundary of " + name + " is STRICT and would be " + after.boundary());
        unless(
                after.onExcess().compareTo(before.onExcess()) < 0,
                "excess of " + name + " is " + before.onExcess() + " and would be " + after.onExcess());
        unless(
                after.onExpiry().compareTo(before.onExpiry()) < 0,
                "expiry of " + name + " is " + before.onExpiry() + " and would be " + after.onExpiry());
        unless(
                !after.onExhaustion().equals(before.onExhaustion())
                        && strictness(after.onExhaustion()) <= strictness(before.onExhaustion()),
                "exhaustion of " + name + " is " + before.onExhaustion() + " and would be " + after.onExhaustion());
    }

    /** How little an action lets pass. Of two overflows none is the stricter. */
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

    private void same(String what, Object before, Object after) {
        unless(!before.equals(after), what + " is " + before + " and would be " + after);
    }

    private void unless(boolean relaxed, String relaxation) {
        if (relaxed) {
            relaxations.add(relaxation);
        }
    }
}
