package org.quotaledger.accounting;

import java.time.Instant;
import org.quotaledger.policy.LimitEntry;

/** What a change of limits does to an account whose usage stays as it is. */
final class Reassessing {

    private Reassessing() {}

    static Step<Boolean> reassess(Command.Reassess command, LedgerState state, Instant now) {
        Draft draft = new Draft(state, now);
        draft.expireHolds();
        for (AccountDraft account : draft.accounts()) {
            account.writeCleared();
            for (LimitEntry entry : account.state().limits()) {
                LimitEntry before = Suspending.named(entry.limit().name(), command.before());
                if (before != null && isAnotherAmount(before, entry)) {
                    draft.limitChanged(account, entry, before.limit().amount(), command.operation());
                }
            }
            account.limitsChanged(command.before());
        }
        return draft.step(true, null, false);
    }

    private static boolean isAnotherAmount(LimitEntry before, LimitEntry after) {
        return after.limit().countsLike(before.limit())
                && !after.limit().amount().equals(before.limit().amount());
    }
}
