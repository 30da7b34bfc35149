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
import org.h2.jdbcx.JdbcDataSource;
import org.quotaledger.benchmarks.LedgerTables.Limits;
import org.quotaledger.spi.QuotaStore;

/** The same pairs on databases in the host's own process, in a file. */
final class EmbeddedGroup implements Group {

    private final Plan plan;
    private final Opened<Path> folder = new Opened<>(() -> Files.createTempDirectory("quota-bench"));
    private final Opened<HikariDataSource> h2 = new Opened<>(this::h2Pool);
    private final Opened<LedgerTables> h2Ledger = new Opened<>(this::h2Ledger);

    EmbeddedGroup(Plan plan) {
        this.plan = plan;
    }

    @Override
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.add(row(
                "h2-pair-hot-32", 32, () -> h2Ledger.get().pair(h2Ledger.get().hot())));
        rows.add(
                row("h2-pair-10k-1", 1, () -> h2Ledger.get().pair(h2Ledger.get().any())));
        rows.add(row(
                "h2-pair-10k-32", 32, () -> h2Ledger.get().pair(h2Ledger.get().any())));
        return rows;
    }

    private static Row row(String name, int threads, Load.Operation operation) {
        return Row.perSecond(name, threads, plan -> {
            operation.run(); // Opens what is not open yet, on this thread.
            return Load.threads(threads, plan, operation);
        });
    }

    private HikariDataSource h2Pool() throws Exception {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:file:" + folder.get().resolve("h2"));
        dataSource.setUser("sa");
        HikariConfig config = new HikariConfig();
        config.setDataSource(dataSource);
        config.setMaximumPoolSize(plan.pool());
        return new HikariDataSource(config);
    }

    private LedgerTables h2Ledger() throws Exception {
        QuotaStore store = LedgerTables.store(h2.get(), "pair");
        LedgerTables.fill(store, plan.keys(), Limits.ONE, false);
        return LedgerTables.over(store, plan.keys(), false);
    }

    @Override
    public void verify() {
        h2Ledger.ifOpen().ifPresent(LedgerTables::verify);
    }

    @Override
    public void close() throws IOException {
        h2Ledger.ifOpen().ifPresent(LedgerTables::close);
        h2.ifOpen().ifPresent(HikariDataSource::close);
        Optional<Path> made = folder.ifOpen();
        if (made.isPresent()) {
            delete(made.get());
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
