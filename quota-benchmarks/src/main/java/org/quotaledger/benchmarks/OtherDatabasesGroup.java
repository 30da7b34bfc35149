package org.quotaledger.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.quotaledger.benchmarks.LedgerTables.Limits;
import org.quotaledger.spi.QuotaStore;
import org.sqlite.SQLiteDataSource;

/** The same pairs on the other databases: H2 and SQLite in the host's own process, in a file, and a MariaDB server. */
final class OtherDatabasesGroup implements Group {

    private final Plan plan;
    private final Opened<Path> folder = new Opened<>(() -> Files.createTempDirectory("quota-bench"));
    private final Opened<MariaDbServer> mariaDb = new Opened<>(() -> MariaDbServer.start(folder.get()));
    private final List<HikariDataSource> pools = new ArrayList<>();
    private final List<Database> databases;

    OtherDatabasesGroup(Plan plan) {
        this.plan = plan;
        List<Database> all = new ArrayList<>();
        all.add(database("h2", this::h2));
        all.add(database("sqlite", this::sqlite));
        if (MariaDbServer.isHere()) {
            all.add(database("mariadb", () -> mariaDb.get().dataSource()));
        }
        databases = List.copyOf(all);
    }

    /** A database by its name in the rows, and the ledger in it. */
    private record Database(String name, Opened<LedgerTables> ledger) {

        List<Row> rows() {
            return List.of(
                    row("-pair-hot-32", 32, () -> ledger.get().pair(ledger.get().hot())),
                    row("-pair-10k-1", 1, () -> ledger.get().pair(ledger.get().any())),
                    row("-pair-10k-32", 32, () -> ledger.get().pair(ledger.get().any())));
        }

        private Row row(String ending, int threads, Load.Operation operation) {
            return Row.perSecond(name + ending, threads, now -> {
                operation.run(); // Opens what is not open yet, on this thread.
                return Load.threads(threads, now, operation);
            });
        }
    }

    private Database database(String name, Opened.Opener<DataSource> opener) {
        return new Database(name, new Opened<>(() -> filled(opener.open())));
    }

    private LedgerTables filled(DataSource dataSource) throws Exception {
        HikariConfig config = new HikariConfig();
        config.setDataSource(dataSource);
        config.setMaximumPoolSize(plan.pool());
        config.setMinimumIdle(0);
        HikariDataSource pool = new HikariDataSource(config);
        pools.add(pool);
        QuotaStore store = LedgerTables.store(pool, "pair");
        LedgerTables.fill(store, 1, Limits.ONE, false);
        RowCopies.accountsOneByOne(pool, "pair", plan.sizes().keys());
        return LedgerTables.over(store, plan.sizes().keys(), false).usedOnEach(plan.pool());
    }

    private DataSource h2() throws Exception {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:file:" + folder.get().resolve("h2"));
        dataSource.setUser("sa");
        return dataSource;
    }

    private DataSource sqlite() throws Exception {
        SQLiteDataSource dataSource = new SQLiteDataSource();
        dataSource.setUrl("jdbc:sqlite:" + folder.get().resolve("sqlite")
                + "?journal_mode=WAL&synchronous=FULL&busy_timeout=10000");
        return dataSource;
    }

    @Override
    public List<Row> rows() {
        return databases.stream().flatMap(database -> database.rows().stream()).toList();
    }

    @Override
    public List<String> facts() {
        return List.of(
                "other databases: SQLite in WAL mode, synchronous FULL; MariaDB, innodb_flush_log_at_trx_commit 1;"
                        + " H2 in a file, which writes a while after it has answered");
    }

    @Override
    public void verify() {
        databases.forEach(database -> database.ledger().ifOpen().ifPresent(LedgerTables::verify));
    }

    @Override
    public void close() throws IOException {
        databases.forEach(database -> database.ledger().ifOpen().ifPresent(LedgerTables::close));
        pools.forEach(HikariDataSource::close);
        Optional<MariaDbServer> started = mariaDb.ifOpen();
        if (started.isPresent()) {
            started.get().close();
        }
        Optional<Path> made = folder.ifOpen();
        if (made.isPresent()) {
            delete(made.get());
        }
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
