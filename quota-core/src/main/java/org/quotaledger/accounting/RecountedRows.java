package org.quotaledger.accounting;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.quotaledger.account.AccountId;

/** The recounted rows of a step that is decided anew, and the facts that it has asked for before. Confined to the step. */
final class RecountedRows implements Facts {

    private final LedgerState before;
    private final Facts facts;
    private final List<Usage> rows = new ArrayList<>();
    private final Map<HoldsOf, AccountHolds> holds = new HashMap<>();
    private final Map<AlertsOf, Map<String, Instant>> alerts = new HashMap<>();

    RecountedRows(LedgerState before) {
        this.before = before;
        this.facts = before.facts();
    }

    /** Decides a command with recounted rows, and with more of them for as long as others are found to be needed. */
    <A> Step<A> decide(Command<A> command, Recounted first, Instant now) {
        Recounted last = first;
        while (true) {
            rows.addAll(last.rows());
            try {
                return command.apply(before.with(rows, this), now);
            } catch (Recounted more) {
                last = more;
            }
        }
    }

    @Override
    public AccountHolds holds(HoldsOf asked) {
        return holds.computeIfAbsent(asked, facts::holds);
    }

    @Override
    public Usage recount(Recount asked) {
        return facts.recount(asked);
    }

    @Override
    public Map<String, Instant> alerts(AlertsOf asked) {
        return alerts.computeIfAbsent(asked, facts::alerts);
    }

    @Override
    public List<AccountState> overflow(AccountId to) {
        return LedgerState.withRecounted(facts.overflow(to), rows);
    }
}
