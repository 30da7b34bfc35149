package org.quotaledger.accounting;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.quotaledger.account.AccountId;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.reservation.Tags;
import org.quotaledger.window.RollingWindow;
import org.quotaledger.window.WindowSpan;

/** How refusals are counted: on the account and its parents, each limit telling the first of a span. */
final class Refusing {

    private Refusing() {}

    static Step<Boolean> count(Command.CountRefusals command, LedgerState state, Instant now) {
        if (state.chain().isEmpty()) {
            return Step.Done.unchanged(false);
        }
        Draft draft = new Draft(state, now);
        for (RefusalCount count : command.counts()) {
            int depth = 0;
            for (AccountDraft account : draft.accounts()) {
                draft.journal(row(command, count, account, depth, now));
                depth++;
                if (account.state().id().equals(count.cause())) {
                    tell(count, account, draft);
                }
            }
        }
        return draft.step(true, null, false);
    }

    private static JournalRow row(
            Command.CountRefusals command, RefusalCount count, AccountDraft account, int depth, Instant now) {
        return new JournalRow(
                JournalKind.REFUSED,
                command.operation(),
                command.operation(),
                account.state().id(),
                command.account(),
                depth,
                count.times(),
                null,
                0,
                0,
                count.quarter(),
                now,
                now,
                false,
                count.code().text(),
                Tags.NONE);
    }

    private static void tell(RefusalCount count, AccountDraft account, Draft draft) {
        String limit = count.limit();
        WindowSpan span = count.span();
        LimitEntry entry =
                limit == null ? null : Suspending.named(limit, account.state().limits());
        if (limit == null || span == null || entry == null) {
            return;
        }
        AccountId id = account.state().id();
        // Spans of a rolling window follow each other within it: what was told in its length was told in it.
        Instant since = entry.limit().window() instanceof RollingWindow rolling
                ? count.first().minus(rolling.length())
                : span.startInclusive().minus(1, ChronoUnit.MICROS);
        if (!account.hasToldRefusals(limit, since) && draft.isFirstRefusal(id, limit)) {
            draft.tell(new LedgerEvent.Refused(
                    LedgerEvent.id(LedgerEvent.Kind.REFUSED, id, limit, span.startInclusive()),
                    id,
                    count.first(),
                    limit,
                    span,
                    count.code(),
                    count.times()));
        }
    }
}
