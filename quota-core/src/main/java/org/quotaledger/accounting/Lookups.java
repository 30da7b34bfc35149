package org.quotaledger.accounting;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.quotaledger.account.AccountId;

/** What a step found that it has to have looked up before it can be decided. Confined to the step. */
final class Lookups {

    private final Set<AccountId> holdsOf = new LinkedHashSet<>();
    private final List<Step.Recount> recounts = new ArrayList<>();
    private final Set<Step.AlertsOf> alertsOf = new LinkedHashSet<>();
    private final Set<AccountId> overflows = new LinkedHashSet<>(0);

    void holdsOf(AccountId account) {
        holdsOf.add(account);
    }

    void recount(Step.Recount recount) {
        recounts.add(recount);
    }

    void alertsOf(Step.AlertsOf alerts) {
        alertsOf.add(alerts);
    }

    void overflow(AccountId to) {
        overflows.add(to);
    }

    boolean isEmpty() {
        return holdsOf.isEmpty() && recounts.isEmpty() && alertsOf.isEmpty() && overflows.isEmpty();
    }

    <A> Step<A> needs() {
        return new Step.Needs<>(holdsOf, recounts, alertsOf, overflows);
    }
}
