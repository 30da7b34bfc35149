package org.quotaledger.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.history.HistoryQuery;
import org.quotaledger.history.KeptChange;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;

/**
 * A store before another one: it hands everything on, and a subclass changes what it is there for. Thread-safe, if the
 * subclass is. A subclass makes the view of {@link #within} itself: one of the store behind would lack the subclass's work.
 */
public abstract class ForwardingQuotaStore implements QuotaStore {

    /** The store behind this one. */
    protected final QuotaStore store;

    /** Stands before {@code store}, and closes it when it is closed. */
    protected ForwardingQuotaStore(QuotaStore store) {
        this.store = Objects.requireNonNull(store, "store");
    }

    @Override
    public <A> CompletionStage<Applied<A>> submit(Command<A> command) {
        return store.submit(command);
    }

    @Override
    public <A> Applied<A> apply(Command<A> command) {
        return store.apply(command);
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
    public void returnToClock(List<AccountId> accounts) {
        store.returnToClock(accounts);
    }

    @Override
    public Duration clockLead() {
        return store.clockLead();
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
