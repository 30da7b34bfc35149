package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Decision;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.RequestOrigin;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.Settled;
import org.quotaledger.reservation.Tags;
import org.quotaledger.spi.Applied;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.spi.QuotaStoreException;
import org.quotaledger.spi.UsageAudit;
import org.quotaledger.window.QuotaWindow;

/** Commands that share a transaction. A lane is made to wait, by a lock on the account, while they gather. */
class BatchTest {

    private static final AccountId KEY = AccountId.of("key");
    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    /** Counts the connections that are asked for: a lane asks for one when it has taken its batch. */
    private final AtomicInteger asked = new AtomicInteger();

    /** What the next thread that asks for a connection waits for, if not {@code null}. */
    private final AtomicReference<CompletableFuture<Void>> nextWaitsFor = new AtomicReference<>();

    private DataSource counting(DataSource database) {
        return (DataSource) Proxy.newProxyInstance(
                BatchTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    CompletableFuture<Void> waitsFor = nextWaitsFor.getAndSet(null);
                    asked.incrementAndGet();
                    if (waitsFor != null) {
                        waitsFor.join();
                    }
                    return method.invoke(database, arguments);
                });
    }

    private JdbcQuotaStore store(DataSource database, int queueCapacity) {
        JdbcQuotaStore store = JdbcQuotaStore.builder(counting(database))
                .clock(Clock.fixed(NOON, ZoneOffset.UTC))
                .lanes(1)
                .queueCapacity(queueCapacity)
                .build();
        open.add(store);
        QuotaLedger ledger = QuotaLedger.over(store);
        ledger.admin()
                .createPolicy(QuotaPolicy.of(
                        "day", QuotaLimit.of("day", Amount.of(100, Meter.TOKENS), QuotaWindow.daily(ZoneOffset.UTC))));
        ledger.admin().createAccount(Account.builder(KEY).policy("day").build());
        return store;
    }

    private interface Submission {
        void run() throws Exception;
    }

    /**
     * Runs while a lane waits for the account's lock, so that whatever is submitted gathers in its queue. The command that
     * waits holds no tokens, but writes: one that only reads need not wait.
     */
    private void whileLocked(DataSource database, JdbcQuotaStore store, Submission submit) throws Exception {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeQuery(Databases.locking(Dialect.of(connection.getMetaData()), KEY.value()));
            int before = asked.get();
            store.submit(reserve("waits-for-the-lock", 0));
            Race.until(() -> asked.get() > before);
            submit.run();
            connection.rollback();
        }
    }

    private static Command.DirectCharge charge(String id, long tokens) {
        return new Command.DirectCharge(RequestId.of(id), KEY, tokens(tokens), Tags.NONE);
    }

    private static Command.Reserve reserve(String id, long tokens) {
        return reserve(id, tokens, ReserveMode.ALL_OR_NOTHING);
    }

    private static Command.Reserve reserve(String id, long tokens, ReserveMode mode) {
        return new Command.Reserve(
                new RequestOrigin(RequestId.of(id), KEY, Tags.NONE),
                tokens(tokens),
                mode,
                Duration.ofMinutes(10),
                true,
                null,
                false);
    }

    private static Command.Settle settle(String id, long tokens) {
        return new Command.Settle(RequestId.of(id), tokens(tokens), null, List.of(KEY));
    }

    private static Charge tokens(long units) {
        return Charge.of(Amount.of(units, Meter.TOKENS));
    }

    private static <A> CompletableFuture<A> submitted(QuotaStore store, Command<A> command) {
        return store.submit(command).thenApply(Applied::answer).toCompletableFuture();
    }

    private static <A> A join(CompletableFuture<A> answer) throws Exception {
        return Race.resultOf(answer);
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void eachIsDecidedOnWhatThoseBeforeItLeft(Dialect dialect) throws Exception {
        DataSource database = Databases.empty(dialect);
        JdbcQuotaStore store = store(database, 100);
        List<CompletableFuture<Decision>> held = new ArrayList<>();
        List<CompletableFuture<Answer<Settled>>> settled = new ArrayList<>();

        whileLocked(database, store, () -> {
            for (int i = 0; i < 15; i++) {
                held.add(submitted(store, reserve("r" + i, 20)));
                settled.add(submitted(store, settle("r" + i, 10)));
            }
        });

        // Each settle frees half: ten times 10 is 100; while 90 are used, 20 more do not fit.
        for (int i = 0; i < 15; i++) {
            boolean fits = i < 9;
            assertThat(join(held.get(i)) instanceof Decision.Held).isEqualTo(fits);
            assertThat(join(settled.get(i)) instanceof Answer.Done).isEqualTo(fits);
        }
        assertThat(store.audit(KEY))
                .hasSize(1)
                .allMatch(UsageAudit::agrees)
                .allMatch(audit -> audit.journalUsed().longValueExact() == 90);
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void whatARuleThrowsFailsThatCommandAlone(Dialect dialect) throws Exception {
        DataSource database = Databases.empty(dialect);
        JdbcQuotaStore store = store(database, 100);
        join(submitted(store, reserve("held", 1)));
        List<CompletableFuture<?>> answers = new ArrayList<>();

        whileLocked(database, store, () -> {
            answers.add(submitted(store, charge("c5", 5)));
            answers.add(submitted(store, reserve("more", Long.MAX_VALUE, ReserveMode.OBSERVE)));
            answers.add(submitted(store, charge("c7", 7)));
        });

        join(answers.get(0));
        join(answers.get(2));
        assertThatThrownBy(() -> answers.get(1).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(ArithmeticException.class);
        assertThat(store.audit(KEY))
                .allMatch(UsageAudit::agrees)
                .allMatch(audit -> audit.journalUsed().longValueExact() == 12);
        assertThat(store.reservation(RequestId.of("more"))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void aRecountSeesWhatEarlierOnesOfTheBatchLeft(Dialect dialect) throws Exception {
        DataSource database = Databases.empty(dialect);
        JdbcQuotaStore store = store(database, 100);
        QuotaLedger ledger = QuotaLedger.over(store);
        join(submitted(store, reserve("before", 30)));
        join(submitted(store, settle("before", 30)));
        ledger.admin()
                .changePolicy(
                        "day",
                        policy -> QuotaPolicy.of(
                                "day",
                                policy.limits().get(0),
                                QuotaLimit.of(
                                        "month", Amount.of(50, Meter.TOKENS), QuotaWindow.monthly(ZoneOffset.UTC))));
        List<CompletableFuture<?>> answers = new ArrayList<>();

        whileLocked(database, store, () -> {
            answers.add(submitted(store, reserve("r1", 10)));
            answers.add(submitted(store, settle("r1", 10)));
            answers.add(submitted(store, reserve("r2", 5)));
        });
        for (CompletableFuture<?> answer : answers) {
            join(answer);
        }

        assertThat(store.audit(KEY)).allMatch(UsageAudit::agrees);
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void theSameIdTwiceIsHeldOnce(Dialect dialect) throws Exception {
        DataSource database = Databases.empty(dialect);
        JdbcQuotaStore store = store(database, 100);
        List<CompletableFuture<Decision>> answers = new ArrayList<>();

        whileLocked(database, store, () -> {
            answers.add(submitted(store, reserve("same", 20)));
            answers.add(submitted(store, reserve("same", 20)));
        });

        assertThat(((Decision.Held) join(answers.get(0))).replayed()).isFalse();
        assertThat(((Decision.Held) join(answers.get(1))).replayed()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void oneTooManyIsNotApplied(Dialect dialect) throws Exception {
        DataSource database = Databases.empty(dialect);
        JdbcQuotaStore store = store(database, 2);
        List<CompletableFuture<Decision>> answers = new ArrayList<>();

        whileLocked(database, store, () -> {
            for (int i = 0; i < 4; i++) {
                answers.add(submitted(store, reserve("r" + i, 1)));
            }
        });

        assertThatThrownBy(() -> join(answers.get(3)))
                .hasCauseInstanceOf(QuotaStoreException.class)
                .hasMessageContaining("not applied: 2 commands wait");
        assertThat(store.reservation(RequestId.of("r3"))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void whatWaitsWhenTheStoreIsClosedIsNotApplied(Dialect dialect) throws Exception {
        JdbcQuotaStore store = store(Databases.empty(dialect), 100);
        List<CompletableFuture<Decision>> answers = new ArrayList<>();
        Thread close = new Thread(store::close);
        CompletableFuture<Void> released = new CompletableFuture<>();
        nextWaitsFor.set(released);
        int before = asked.get();

        answers.add(submitted(store, reserve("under-way", 1)));
        Race.until(() -> asked.get() > before);
        answers.add(submitted(store, reserve("waits", 1)));
        close.start();
        Race.until(() -> !isOpen(store));
        released.complete(null);
        close.join(Race.PATIENCE.toMillis());

        assertThat(join(answers.get(0))).isInstanceOf(Decision.Held.class);
        assertThatThrownBy(() -> join(answers.get(1))).hasCauseInstanceOf(QuotaStoreException.class);
        assertThatThrownBy(() -> store.submit(reserve("after", 1))).isInstanceOf(IllegalStateException.class);
    }

    private static boolean isOpen(JdbcQuotaStore store) {
        try {
            store.reservation(RequestId.of("any"));
            return true;
        } catch (IllegalStateException closed) {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void whatContinuesFromAnAnswerCanWaitForTheStore(Dialect dialect) throws Exception {
        JdbcQuotaStore store = store(Databases.empty(dialect), 100);
        List<CompletableFuture<Answer<Settled>>> settled = new ArrayList<>();

        for (int i = 0; i < 20; i++) {
            String id = "r" + i;
            settled.add(submitted(store, reserve(id, 5))
                    .thenApply(held -> submitted(store, settle(id, 5)).join()));
        }

        for (CompletableFuture<Answer<Settled>> answer : settled) {
            assertThat(join(answer)).isInstanceOf(Answer.Done.class);
        }
    }
}
