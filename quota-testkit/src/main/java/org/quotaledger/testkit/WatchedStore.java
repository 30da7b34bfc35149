package org.quotaledger.testkit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.admin.AdminCommand;
import org.quotaledger.history.HistoryQuery;
import org.quotaledger.history.KeptChange;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.spi.Applied;
import org.quotaledger.spi.Compacted;
import org.quotaledger.spi.EventOutbox;
import org.quotaledger.spi.JournalQuery;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.spi.UsageAudit;

/** A store that remembers which ids were asked for, since a store cannot list its reservations. Thread-safe. */
final class WatchedStore implements QuotaStore {

    private final QuotaStore store;
    private final Set<RequestId> ids = ConcurrentHashMap.newKeySet();

    WatchedStore(QuotaStore store) {
        this.store = store;
    }

    /** Returns every id that a command named, whatever came of it. */
    Set<RequestId> ids() {
        return Set.copyOf(ids);
    }

    @Override
    public <A> CompletionStage<Applied<A>> submit(Command<A> command) {
        remember(command);
        return store.submit(command);
    }

    @Override
    public <A> Applied<A> apply(Command<A> command) {
        remember(command);
        return store.apply(command);
    }

    private void remember(Command<?> command) {
        RequestId id = command.reservation();
        if (id != null) {
            ids.add(id);
        }
    }

    @Override
    public <A> Applied<A> administer(AdminCommand<A> command, @Nullable String actor) {
        return store.administer(command, actor);
    }

    @Override
    public Optional<AccountEntry> account(AccountId id) {
        return store.account(id);
    }

    @Override
    public List<AccountEntry> accounts(@Nullable AccountId after, int max) {
        return store.accounts(after, max);
    }

    @Override
    public Optional<PolicyEntry> policy(String name) {
        return store.policy(name);
    }

    @Override
    public List<PolicyEntry> policies(@Nullable String after, int max) {
        return store.policies(after, max);
    }

    @Override
    public Optional<ReservationState> reservation(RequestId id) {
        return store.reservation(id);
    }

    @Override
    public void journal(JournalQuery query, Consumer<JournalRow> rows) {
        store.journal(query, rows);
    }

    @Override
    public List<UsageAudit> audit(AccountId id) {
        return store.audit(id);
    }

    @Override
    public List<RequestId> expired(int max) {
        return store.expired(max);
    }

    @Override
    public List<AccountId> suspensionsOver(int max) {
        return store.suspensionsOver(max);
    }

    @Override
    public List<KeptChange> history(HistoryQuery query) {
        return store.history(query);
    }

    @Override
    public EventOutbox outbox() {
        return store.outbox();
    }

    @Override
    public int forget(Instant endedBefore, int max) {
        return store.forget(endedBefore, max);
    }

    @Override
    public Compacted compact(Instant recordedBefore, Compacted.@Nullable Point after, int max) {
        return store.compact(recordedBefore, after, max);
    }

    @Override
    public Instant now() {
        return store.now();
    }

    @Override
    public void close() {
        store.close();
    }
}
