package org.quotaledger.caching;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.amount.Charge;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.reservation.Refused;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.spi.Applied;
import org.quotaledger.spi.ForwardingQuotaStore;
import org.quotaledger.spi.QuotaStore;

/**
 * A store before another one that remembers, for a moment, what was refused and how accounts and policies are defined.
 * Thread-safe.
 *
 * <pre>{@code
 * QuotaLedger ledger = QuotaLedger.over(CachingQuotaStore.over(JdbcQuotaStore.open(dataSource)));
 * }</pre>
 *
 * <p><b>Refusals.</b> A request that was refused is refused again without asking the store, until the time alone could
 * change the answer or for a second, whichever is less, and until anything is changed through this object that concerns
 * an account of the refused chain. Another amount is refused from memory where it would have the same answer. Only checks
 * and reserves {@linkplain org.quotaledger.reservation.ReserveRequest#firstAttempt() asked for the first time} are
 * answered so: one that is asked again may have been granted. Nothing is ever granted from memory.
 *
 * <p><b>Definitions.</b> {@link #account} and {@link #policy} answer from memory, for a second at most and until something
 * is changed through this object. A change of a definition names the version that it was made from, so that one made from
 * an old version is not kept but made again.
 *
 * <p>What is changed elsewhere, on another node or in a transaction of the host's own, is seen when the time is over:
 * a limit raised there lets the key in within a second. {@link #forget} makes it at once.
 *
 * <p>Time here is a ticker's that never runs backwards, never a clock's. Memory is bounded by the number of accounts; who
 * asks for random accounts takes none of the place of those that there are.
 */
public final class CachingQuotaStore extends ForwardingQuotaStore {

    private final LongSupplier ticker;
    private final Changes changes;
    private final RefusalMemory refusals;
    private final DefinitionMemory<AccountId, AccountEntry> accounts;
    private final DefinitionMemory<String, PolicyEntry> policies;

    private CachingQuotaStore(Builder builder) {
        super(builder.store);
        ticker = builder.ticker;
        changes = new Changes();
        refusals = new RefusalMemory(
                changes,
                new RefusalMemory.Place(builder.known(), builder.lasts),
                new RefusalMemory.Place(builder.unknown(), builder.unknownLasts));
        accounts = definitions(builder);
        policies = definitions(builder);
    }

    /** A view of another one, with the same memory, before another view of its store. */
    private CachingQuotaStore(CachingQuotaStore other, QuotaStore store) {
        super(store);
        ticker = other.ticker;
        changes = other.changes;
        refusals = other.refusals;
        accounts = other.accounts;
        policies = other.policies;
    }

    private <K, V> DefinitionMemory<K, V> definitions(Builder builder) {
        return new DefinitionMemory<>(
                changes, ticker, builder.known(), builder.lasts, builder.unknown(), builder.unknownLasts);
    }

    /** Returns a store with every default before another one. */
    public static CachingQuotaStore over(QuotaStore store) {
        return builder(store).build();
    }

    /** Returns a builder of a store before another one. */
    public static Builder builder(QuotaStore store) {
        return new Builder(store);
    }

    /** Forgets everything, so that what was changed elsewhere is seen at once. */
    public void forget() {
        changes.addEverything();
    }

    @Override
    public <A> CompletionStage<Applied<A>> submit(Command<A> command) {
        Question question = question(command);
        Applied<A> remembered = remembered(question);
        return remembered != null
                ? CompletableFuture.completedFuture(remembered)
                : store.submit(command).whenComplete((applied, failure) -> learn(command, question, applied));
    }

    @Override
    public <A> Applied<A> apply(Command<A> command) {
        Question question = question(command);
        Applied<A> applied = remembered(question);
        if (applied != null) {
            return applied;
        }
        try {
            applied = store.apply(command);
            return applied;
        } finally {
            learn(command, question, applied);
        }
    }

    private @Nullable Question question(Command<?> command) {
        if (command instanceof Command.Reserve reserve && reserve.unbilled() == null) {
            return question(reserve.account(), reserve.mode(), reserve.charge(), reserve.firstAttempt());
        }
        return command instanceof Command.Check check
                ? question(check.account(), check.mode(), check.charge(), true)
                : null;
    }

    private Question question(AccountId account, ReserveMode mode, Charge charge, boolean firstAttempt) {
        return new Question(account, mode, charge, firstAttempt, changes.count(), ticker.getAsLong());
    }

    private <A> @Nullable Applied<A> remembered(@Nullable Question question) {
        if (question == null || !question.firstAttempt()) {
            return null;
        }
        Applied<Refused> remembered = refusals.find(question);
        return remembered == null ? null : refused(remembered);
    }

    /**
     * @param applied what came of a command, or {@code null} if it failed: then it may have been applied all the same
     */
    private void learn(Command<?> command, @Nullable Question question, @Nullable Applied<?> applied) {
        if (question != null) {
            if (applied != null && applied.answer() instanceof Refused) {
                refusals.remember(question, refused(applied));
            }
        } else if (command.makesRoom()) {
            noteChange(command, applied);
        }
    }

    /** A refusal is an answer to reserves and to checks. */
    @SuppressWarnings("unchecked")
    private static <A, B> Applied<A> refused(Applied<B> applied) {
        return (Applied<A>) applied;
    }

    private void noteChange(Command<?> command, @Nullable Applied<?> applied) {
        if (command.edits()) {
            // Also if it failed: it may have been made from a version that is remembered and is not the latest.
            changes.addEverything();
        } else if (applied != null) {
            changes.add(applied.accounts());
        } else if (!command.knownChain().isEmpty()) {
            changes.add(command.knownChain());
        } else {
            changes.addEverything();
        }
    }

    @Override
    public void returnToClock(List<AccountId> ids) {
        try {
            store.returnToClock(ids);
        } finally {
            changes.addEverything();
        }
    }

    @Override
    public Optional<AccountEntry> account(AccountId id) {
        return accounts.get(id, List.of(id), () -> store.account(id));
    }

    @Override
    public Optional<PolicyEntry> policy(String name) {
        return policies.get(name, List.of(), () -> store.policy(name));
    }

    /** Returns a view with the same memory. */
    @Override
    public CachingQuotaStore within(Duration timeout) {
        return new CachingQuotaStore(this, store.within(timeout));
    }

    /** Closes the store behind it. */
    @Override
    public void close() {
        store.close();
    }

    /** Builds a store. Not thread-safe. */
    public static final class Builder {

        private static final Duration LONGEST = Duration.ofMinutes(1);

        private final QuotaStore store;
        private Duration lasts = Duration.ofSeconds(1);
        private Duration unknownLasts = Duration.ofSeconds(1);
        private int mostAccounts = 100_000;
        private int mostUnknown = 10_000;
        private LongSupplier ticker = Ticker.systemTicker()::read;

        private Builder(QuotaStore store) {
            this.store = Objects.requireNonNull(store, "store");
        }

        /**
         * For how long a refusal or a definition is remembered at most: so late is seen what another node changed. Up to
         * a minute, zero for not at all; default 1 second.
         */
        public Builder remember(Duration value) {
            lasts = checked("remember", value);
            return this;
        }

        /**
         * For how long it is remembered that an account or a policy does not exist: so late is seen what another node
         * created. Up to a minute, zero for not at all; default 1 second.
         */
        public Builder rememberUnknown(Duration value) {
            unknownLasts = checked("rememberUnknown", value);
            return this;
        }

        /** Of how many accounts refusals and definitions are remembered, 1 or more; default 100,000. */
        public Builder mostAccounts(int value) {
            mostAccounts = checked("mostAccounts", value);
            return this;
        }

        /** Of how many unknown accounts it is remembered that they are, 1 or more; default 10,000. */
        public Builder mostUnknown(int value) {
            mostUnknown = checked("mostUnknown", value);
            return this;
        }

        /**
         * What time is measured by: nanoseconds from any origin, that never run backwards; default the system's. For
         * tests that move the time by hand.
         */
        public Builder ticker(LongSupplier value) {
            ticker = Objects.requireNonNull(value, "ticker");
            return this;
        }

        /** Returns the store. */
        public CachingQuotaStore build() {
            return new CachingQuotaStore(this);
        }

        private static Duration checked(String what, Duration value) {
            if (value.isNegative() || value.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(what + " is " + value + ": expected zero to " + LONGEST);
            }
            return value;
        }

        private static int checked(String what, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(what + " is " + value + ": expected 1 or more");
            }
            return value;
        }

        private <K, V> Cache<K, V> known() {
            return cache(mostAccounts, lasts);
        }

        private <K, V> Cache<K, V> unknown() {
            return cache(mostUnknown, unknownLasts);
        }

        private <K, V> Cache<K, V> cache(int most, Duration lasting) {
            return Caffeine.newBuilder()
                    .maximumSize(most)
                    .expireAfterWrite(lasting)
                    .ticker(ticker::getAsLong)
                    .build();
        }
    }
}
