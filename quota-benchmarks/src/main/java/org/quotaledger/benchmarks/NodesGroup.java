package org.quotaledger.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.quotaledger.benchmarks.LedgerTables.Limits;
import org.quotaledger.spi.QuotaStore;

/**
 * Nodes in processes of their own that share a database: as many callers in all, however many nodes. The latencies of a row
 * are those of its slowest node.
 */
final class NodesGroup implements Group {

    private static final int CALLERS = 32;

    /** The keys under one parent: few, so that preparing each node takes little of the time. */
    private static final int MOST_CHILDREN = 1_000;

    private static final Pattern SEVERAL = Pattern.compile("(.*-nodes-)([2-9])(-.*)");

    private final Plan plan;
    private final Opened<PostgresServer> postgres;
    private final Opened<Path> folder = new Opened<>(() -> Files.createTempDirectory("quota-bench-nodes"));
    private final Opened<MariaDbServer> mariaDb = new Opened<>(() -> MariaDbServer.start(folder.get()));
    private final List<Database> databases = new ArrayList<>();

    NodesGroup(Plan plan) {
        this.plan = plan;
        postgres = new Opened<>(() -> PostgresServer.start(plan.pool()));
        databases.add(new Database("pg", () -> postgres.get().url()));
        if (MariaDbServer.isHere()) {
            databases.add(new Database("mariadb", () -> mariaDb.get().url()));
        }
    }

    /** A database that nodes share, and two sets of tables in it. */
    private final class Database {

        private final String name;
        private final Opened.Opener<String> url;
        private final Opened<HikariDataSource> pool;
        private final Tables family;
        private final Tables keys;

        private Database(String name, Opened.Opener<String> url) {
            this.name = name;
            this.url = url;
            pool = new Opened<>(() -> Node.pool(url.open(), plan.pool()));
            family = new Tables("family", Math.min(MOST_CHILDREN, plan.sizes().keys()), true, pool);
            keys = new Tables("keys", plan.sizes().keys(), false, pool);
        }

        private List<Row> rows() {
            return List.of(
                    row(1, "-shared-parent", family),
                    row(2, "-shared-parent", family),
                    row(4, "-shared-parent", family),
                    row(1, "-10k", keys),
                    row(2, "-10k", keys));
        }

        private Row row(int nodes, String ending, Tables tables) {
            return Row.perSecond(name + "-nodes-" + nodes + ending, CALLERS, now -> measure(nodes, tables, now));
        }

        private Sample measure(int nodes, Tables tables, Plan now) throws Exception {
            LedgerTables all = tables.filled.get();
            List<RunningNode> running = new ArrayList<>();
            try {
                for (int i = 0; i < nodes; i++) {
                    running.add(RunningNode.start(tables.share(url.open(), CALLERS / nodes), now));
                }
                if (postgres.ifOpen().isPresent()) {
                    postgres.get().checkpoint();
                }
                for (RunningNode node : running) {
                    node.giveTheStart();
                }
                List<Sample> samples = new ArrayList<>();
                for (RunningNode node : running) {
                    Node.Work work = node.await();
                    all.add(work.pairs());
                    samples.add(work.sample());
                }
                return together(samples);
            } finally {
                running.forEach(RunningNode::close);
            }
        }

        private void verify() {
            family.filled.ifOpen().ifPresent(LedgerTables::verify);
            keys.filled.ifOpen().ifPresent(LedgerTables::verify);
        }

        private void close() {
            family.filled.ifOpen().ifPresent(LedgerTables::close);
            keys.filled.ifOpen().ifPresent(LedgerTables::close);
            pool.ifOpen().ifPresent(HikariDataSource::close);
        }
    }

    private static Sample together(List<Sample> nodes) {
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal p50 = null;
        BigDecimal p99 = null;
        for (Sample node : nodes) {
            sum = sum.add(node.value());
            p50 = later(p50, node.p50());
            p99 = later(p99, node.p99());
        }
        return new Sample(sum, p50, p99);
    }

    private static @Nullable BigDecimal later(@Nullable BigDecimal one, @Nullable BigDecimal other) {
        return one == null ? other : other == null ? one : one.max(other);
    }

    @Override
    public boolean inThisProcess() {
        return false;
    }

    @Override
    public List<Row> rows() {
        return databases.stream().flatMap(database -> database.rows().stream()).toList();
    }

    /** Returns the ratio of each row of several nodes to that of one node with as many callers. */
    static List<String> ratios(Map<String, Sample> measured) {
        List<String> lines = new ArrayList<>();
        measured.forEach((row, sample) -> {
            Matcher several = SEVERAL.matcher(row);
            Sample one = several.matches() ? measured.get(one(several)) : null;
            if (one != null && one.value().signum() > 0) {
                lines.add("%-28s is %s x %s"
                        .formatted(row, sample.value().divide(one.value(), 3, RoundingMode.HALF_UP), one(several)));
            }
        });
        return lines;
    }

    private static String one(MatchResult several) {
        return several.group(1) + "1" + several.group(3);
    }

    @Override
    public List<String> facts() {
        return List.of("nodes: " + CALLERS + " callers in all, a process for each node"
                + (plan.forks() ? "" : " (here all in one)") + "; shared-parent: at most " + MOST_CHILDREN + " keys");
    }

    @Override
    public void verify() {
        databases.forEach(Database::verify);
    }

    @Override
    public void close() throws IOException {
        databases.forEach(Database::close);
        Optional<PostgresServer> server = postgres.ifOpen();
        if (server.isPresent()) {
            server.get().close();
        }
        Optional<MariaDbServer> other = mariaDb.ifOpen();
        if (other.isPresent()) {
            other.get().close();
        }
        Optional<Path> made = folder.ifOpen();
        if (made.isPresent()) {
            OtherDatabasesGroup.delete(made.get());
        }
    }

    /** Tables that nodes share, filled when a row first needs them. */
    private static final class Tables {

        private final String prefix;
        private final int keys;
        private final boolean withParent;
        private final Opened<LedgerTables> filled;

        private Tables(String prefix, int keys, boolean withParent, Opened<HikariDataSource> pool) {
            this.prefix = prefix;
            this.keys = keys;
            this.withParent = withParent;
            filled = new Opened<>(() -> fill(pool.get()));
        }

        private LedgerTables fill(DataSource pool) throws SQLException {
            QuotaStore store = LedgerTables.store(pool, prefix);
            LedgerTables.fill(store, 1, Limits.ONE, withParent);
            RowCopies.accountsOneByOne(pool, prefix, keys);
            return LedgerTables.over(store, keys, withParent);
        }

        private Node.Share share(String url, int callers) {
            return new Node.Share(url, prefix, keys, withParent, callers);
        }
    }
}
