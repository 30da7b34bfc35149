package org.quotaledger.accounting;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.quotaledger.account.AccountId;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.RequestOrigin;
import org.quotaledger.reservation.Tags;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/** How refusals are counted: on the account and its parents, each limit telling the first of a span. */
final class Refusing {

    private Refusing() {}

    static Boolean count(Command.CountRefusals command, UnitOfWork work) {
        if (work.accounts().isEmpty()) {
            return work.unchanged(false);
        }
        for (RefusalCount count : command.counts()) {
            for (WorkingAccount account : work.accounts()) {
                if (account.id().equals(count.cause())) {
                    tell(command, count, account, work);
                }
            }
        }
        journal(command, work);
        return work.done(true, null);
    }

    /** The key of a row of the journal: its refusals share these. */
    private record Row(Instant quarter, RefusalCode code, Tags tags) {}

    /** A row for each quarter of an hour, code and tags, whatever the limit was and however short its spans. */
    private static void journal(Command.CountRefusals command, UnitOfWork work) {
        Map<Row, Long> times = new LinkedHashMap<>();
        for (RefusalCount count : command.counts()) {
            times.merge(new Row(count.quarter(), count.code(), count.tags()), count.times(), Math::addExact);
        }
        int depth = 0;
        for (WorkingAccount account : work.accounts()) {
            int depthOfRow = depth++;
            times.forEach((row, sum) -> work.journal(new JournalRow(
                    JournalKind.REFUSED,
                    new RequestOrigin(command.operation(), command.account(), row.tags()),
                    command.operation(),
                    account.id(),
                    depthOfRow,
                    JournalRow.Counted.times(sum),
                    new JournalRow.When(row.quarter(), work.now(), work.now(), false),
                    row.code().text())));
        }
    }

    private static void tell(
            Command.CountRefusals command, RefusalCount count, WorkingAccount account, UnitOfWork work) {
        String limit = count.limit();
        WindowSpan span = count.span();
        LimitEntry entry = limit == null ? null : Suspending.named(limit, account.limits());
        if (limit == null || span == null || entry == null) {
            return;
        }
        AccountId id = account.id();
        Instant after = span.startInclusive().minus(1, ChronoUnit.MICROS);
        Instant before = span.endExclusive();
        QuotaWindow window = entry.limit().window();
        if (!window.countsOneSpan()) {
            // Its spans follow each other within the window: an event within its length is one of the window.
            WindowSpan current = window.spanAt(count.first());
            Duration length = Duration.between(current.endExclusive(), window.countedUntil(current));
            after = count.first().minus(length);
            before = count.first().plus(length);
        }
        if (!account.hasToldRefusals(limit, after, before) && work.isFirstRefusal(id, limit)) {
            work.publish(new LedgerEvent.Refused(
                    LedgerEvent.id(LedgerEvent.Kind.REFUSED, id, limit, span.startInclusive()),
                    id,
                    count.first(),
                    limit,
                    span,
                    count.code(),
                    command.counts().stream()
                            .filter(other -> other.cause().equals(id) && limit.equals(other.limit()))
                            .mapToLong(RefusalCount::times)
                            .sum()));
        }
    }
}
