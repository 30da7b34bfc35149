package org.quotaledger.accounting;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;

/** What a step found that it has to have looked up before it can be decided. Confined to the step. */
final class Lookups {

    /** Made when something is needed, which is seldom: most steps make none. */
    private @Nullable Found found;

    private static final class Found {
        private final Map<AccountId, Step.HoldsOf> holdsOf = new LinkedHashMap<>();
        private final List<Step.Recount> recounts = new ArrayList<>();
        private final Set<Step.AlertsOf> alertsOf = new LinkedHashSet<>();
        private final Set<AccountId> overflows = new LinkedHashSet<>();
    }

    private Found found() {
        Found lacking = found;
        if (lacking == null) {
            lacking = new Found();
            found = lacking;
        }
        return lacking;
    }

    /** Asks for holds of an account; all that is asked of one is asked at once. */
    void holdsOf(Step.HoldsOf asked) {
        found().holdsOf.merge(asked.account(), asked, Step.HoldsOf::and);
    }

    void recount(Step.Recount recount) {
        found().recounts.add(recount);
    }

    void alertsOf(Step.AlertsOf alerts) {
        found().alertsOf.add(alerts);
    }

    void overflow(AccountId to) {
        found().overflows.add(to);
    }

    boolean isEmpty() {
        return found == null;
    }

    <A> Step<A> needs() {
        Found all = found();
        return new Step.Needs<>(List.copyOf(all.holdsOf.values()), all.recounts, all.alertsOf, all.overflows);
    }
}
