package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.AccountEdit;
import org.quotaledger.accounting.LimitStatus;
import org.quotaledger.admin.DefinitionException;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.spi.UsageAudit;
import org.quotaledger.window.QuotaWindow;

/** Two nodes on one database: each test opens two stores, which share nothing but the tables. */
class SharedDatabaseTest {

    private static final QuotaPolicy THOUSAND_A_DAY =
            QuotaPolicy.of("thousand", QuotaLimit.of("day", Amount.of(1_000, Meter.TOKENS), RealTime.DECADE));

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void losesNothingWhenBothHammerAccountsWithRandomParents(Dialect dialect) throws Exception {
        long seed = System.nanoTime();
        try (Nodes nodes = new Nodes(dialect)) {
            nodes.one.admin().createPolicy(THOUSAND_A_DAY);
            List<AccountId> accounts = randomForest(nodes.one, new Random(seed), 12);

            List<Callable<Integer>> threads = IntStream.range(0, 8)
                    .<Callable<Integer>>mapToObj(
                            i -> () -> hammer(i % 2 == 0 ? nodes.one : nodes.two, accounts, new Random(seed + i)))
                    .toList();
            int charged = Race.all(threads).stream().mapToInt(Integer::intValue).sum();

            assertThat(audits(nodes.first, accounts)).as("seed %d", seed).allMatch(UsageAudit::agrees);
            assertThat(journaledByAccountsAsked(nodes.second))
                    .as("seed %d", seed)
                    .isEqualTo(charged);
            for (AccountId account : accounts) {
                for (LimitStatus status : nodes.two.usage(account)) {
                    assertThat(status.held().units()).as("seed %d", seed).isZero();
                    assertThat(status.used())
                            .as("seed %d", seed)
                            .isLessThanOrEqualTo(status.limit().amount());
                }
            }
        }
    }

    private static List<AccountId> randomForest(QuotaLedger ledger, Random random, int size) {
        List<AccountId> accounts = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            // Ids in random order, so that parents stand before and after their children.
            AccountId id = AccountId.of(random.nextInt(1_000) + "-" + i);
            AccountId parent = accounts.isEmpty() || random.nextInt(4) == 0
                    ? null
                    : accounts.get(Math.min(accounts.size() - 1, random.nextInt(6)));
            ledger.admin()
                    .createAccount(Account.builder(id)
                            .parent(parent)
                            .policy("thousand")
                            .build());
            accounts.add(id);
        }
        return accounts;
    }

    private static int hammer(QuotaLedger ledger, List<AccountId> accounts, Random random) {
        int charged = 0;
        for (int i = 0; i < 40; i++) {
            AccountId account = accounts.get(random.nextInt(accounts.size()));
            Admission admission = ledger.reserve(account, tokens(1 + random.nextInt(20)));
            if (!(admission instanceof Admission.Granted granted)) {
                continue;
            }
            Reservation hold = granted.reservation();
            if (random.nextInt(3) == 0) {
                hold.release();
            } else {
                int cost = random.nextInt((int) hold.held().units(Meter.TOKENS) + 1);
                hold.settle(tokens(cost)).orThrow();
                charged += cost;
            }
        }
        return charged;
    }

    private static List<UsageAudit> audits(JdbcQuotaStore store, List<AccountId> accounts) {
        return accounts.stream().flatMap(id -> store.audit(id).stream()).toList();
    }

    private static long journaledByAccountsAsked(JdbcQuotaStore store) {
        List<Long> units = new ArrayList<>();
        store.journal(org.quotaledger.spi.JournalQuery.ALL, row -> {
            if (row.account().equals(row.origin())) {
                units.add(row.units());
            }
        });
        return units.stream().mapToLong(Long::longValue).sum();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void oneIdFromBothAtOnceIsHeldOnce(Dialect dialect) throws Exception {
        try (Nodes nodes = new Nodes(dialect)) {
            nodes.one.admin().createPolicy(THOUSAND_A_DAY);
            AccountId key = nodes.account("key");
            for (int i = 0; i < 20; i++) {
                ReserveRequest request = ReserveRequest.builder(key, tokens(7))
                        .id(RequestId.of("request-" + i))
                        .build();

                List<Admission> answers =
                        Race.all(List.of(() -> nodes.one.reserve(request), () -> nodes.two.reserve(request)));

                assertThat(answers)
                        .allMatch(Admission.Granted.class::isInstance)
                        .extracting(answer -> ((Admission.Granted) answer).replayed())
                        .containsExactlyInAnyOrder(false, true);
            }

            assertThat(nodes.one.usage(key).get(0).held()).isEqualTo(Amount.of(140, Meter.TOKENS));
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void oneIdForTwoAccountsAtOnceIsHeldByOneOfThem(Dialect dialect) throws Exception {
        try (Nodes nodes = new Nodes(dialect)) {
            nodes.one.admin().createPolicy(THOUSAND_A_DAY);
            AccountId first = nodes.account("first");
            AccountId second = nodes.account("second");
            for (int i = 0; i < 20; i++) {
                RequestId id = RequestId.of("request-" + i);

                List<Admission> answers = Race.all(List.of(
                        () -> nodes.one.reserve(
                                ReserveRequest.builder(first, tokens(7)).id(id).build()),
                        () -> nodes.two.reserve(
                                ReserveRequest.builder(second, tokens(7)).id(id).build())));

                assertThat(answers)
                        .filteredOn(Admission.Granted.class::isInstance)
                        .hasSize(1);
            }

            long held = nodes.one.usage(first).get(0).held().units()
                    + nodes.one.usage(second).get(0).held().units();
            assertThat(held).isEqualTo(140);
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void ofTwoThatMakeEachOtherTheirParentAtOnceExactlyOneDoes(Dialect dialect) throws Exception {
        try (Nodes nodes = new Nodes(dialect)) {
            for (int i = 0; i < 10; i++) {
                Account first = Account.builder("first-" + i).build();
                Account second = Account.builder("second-" + i).build();
                nodes.one.admin().createAccount(first);
                nodes.one.admin().createAccount(second);

                List<Boolean> done = Race.all(List.of(
                        () -> succeeds(
                                nodes.first,
                                first.toBuilder().parent(second.id()).build()),
                        () -> succeeds(
                                nodes.second,
                                second.toBuilder().parent(first.id()).build())));

                assertThat(done).containsExactlyInAnyOrder(true, false);
            }
        }
    }

    private static boolean succeeds(JdbcQuotaStore store, Account changed) {
        try {
            store.apply(new AccountEdit.Replace(changed, 1, null));
            return true;
        } catch (DefinitionException refused) {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void changedDefinitionsCountAtOnceWhileLanesWork(Dialect dialect) throws Exception {
        long seed = System.nanoTime();
        try (Nodes nodes = new Nodes(dialect)) {
            nodes.one.admin().createPolicy(THOUSAND_A_DAY);
            List<AccountId> accounts = randomForest(nodes.one, new Random(seed), 6);

            Race.all(List.of(
                    () -> hammer(nodes.one, accounts, new Random(seed + 1)),
                    () -> hammer(nodes.two, accounts, new Random(seed + 2)),
                    () -> changePolicy(nodes.one, seed + 3),
                    () -> changeAccounts(nodes.two, accounts, new Random(seed + 4))));

            assertThat(audits(nodes.first, accounts)).as("seed %d", seed).allMatch(UsageAudit::agrees);
        }
    }

    private static int changePolicy(QuotaLedger ledger, long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 15; i++) {
            QuotaWindow window =
                    random.nextBoolean() ? QuotaWindow.hourly(ZoneOffset.UTC) : QuotaWindow.daily(ZoneOffset.UTC);
            QuotaLimit day = QuotaLimit.of("day", Amount.of(500 + random.nextInt(1_000), Meter.TOKENS), window);
            QuotaLimit month =
                    QuotaLimit.of("month", Amount.of(5_000, Meter.TOKENS), QuotaWindow.monthly(ZoneOffset.UTC));
            ledger.admin()
                    .changePolicy(
                            "thousand",
                            policy -> random.nextBoolean()
                                    ? QuotaPolicy.of("thousand", day, month)
                                    : QuotaPolicy.of("thousand", day));
        }
        return 0;
    }

    private static int changeAccounts(QuotaLedger ledger, List<AccountId> accounts, Random random) {
        for (int i = 0; i < 15; i++) {
            AccountId id = accounts.get(random.nextInt(accounts.size()));
            AccountId parent = accounts.get(random.nextInt(accounts.size()));
            try {
                ledger.admin()
                        .changeAccount(
                                id,
                                account -> account.toBuilder()
                                        .parent(random.nextBoolean() && !parent.equals(id) ? parent : null)
                                        .build());
            } catch (DefinitionException cycle) {
                assertThat(cycle.field()).isEqualTo("parent");
            }
        }
        return 0;
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void forgetsEachReservationOnceThoughBothForgetAtOnce(Dialect dialect) throws Exception {
        try (Nodes nodes = new Nodes(dialect)) {
            nodes.one.admin().createPolicy(THOUSAND_A_DAY);
            AccountId key = nodes.account("key");
            for (int i = 0; i < 30; i++) {
                nodes.one.reserve(key, tokens(1)).orThrow().settle(tokens(1)).orThrow();
            }
            AccountEntry account = nodes.first.account(key).orElseThrow();

            List<Integer> forgotten =
                    Race.all(List.of(() -> forgetAll(nodes.first, account), () -> forgetAll(nodes.second, account)));

            assertThat(forgotten.stream().mapToInt(Integer::intValue).sum()).isEqualTo(30);
            assertThat(nodes.first.audit(key))
                    .allMatch(UsageAudit::agrees)
                    .allMatch(audit -> audit.journalUsed().longValueExact() == 30);
        }
    }

    private static int forgetAll(JdbcQuotaStore store, AccountEntry account) {
        int all = 0;
        for (int i = 0; i < 20; i++) {
            all += store.forget(account.createdAt().plusSeconds(3_600), 4);
        }
        return all;
    }

    private static Charge tokens(long units) {
        return Charge.of(Amount.of(units, Meter.TOKENS));
    }

    private static final class Nodes implements AutoCloseable {
        final Databases.Pool firstPool;
        final Databases.Pool secondPool;
        final JdbcQuotaStore first;
        final JdbcQuotaStore second;
        final QuotaLedger one;
        final QuotaLedger two;

        Nodes(Dialect dialect) {
            javax.sql.DataSource database = Databases.empty(dialect);
            firstPool = Databases.pool(database);
            secondPool = Databases.pool(database);
            first = JdbcQuotaStore.open(firstPool.dataSource());
            second = JdbcQuotaStore.builder(secondPool.dataSource()).lanes(3).build();
            one = QuotaLedger.over(first);
            two = QuotaLedger.over(second);
        }

        AccountId account(String id) {
            return one.admin()
                    .createAccount(Account.builder(id).policy("thousand").build())
                    .id();
        }

        @Override
        public void close() {
            first.close();
            second.close();
            firstPool.close();
            secondPool.close();
        }
    }
}
