package org.quotaledger.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.quotaledger.benchmarks.LedgerTables.Limits;
import org.quotaledger.spi.QuotaStore;

/**
 * The growth of the tables on PostgreSQL while pairs are settled, autovacuum as it comes: all rows of one turn are of one
 * ledger, new in each turn.
 */
final class GrowthGroup implements Group {

    private final Plan plan;
    private final Opened<PostgresServer> server;
    private final List<TableGrowth> measured = new ArrayList<>();

    GrowthGroup(Plan plan) {
        this.plan = plan;
        server = new Opened<>(() -> PostgresServer.start(plan.pool()));
    }

    @Override
    public List<Row> rows() {
        return List.of(
                row("pg-growth-table-bytes-100k", "bytes", TableGrowth::tableBytes),
                row("pg-growth-index-bytes-100k", "bytes", TableGrowth::indexBytes),
                row("pg-growth-dead-rows-100k", "rows", TableGrowth::deadRows),
                row("pg-growth-hot-percent", "%", TableGrowth::hotPercent),
                row("pg-growth-wal-bytes-pair", "bytes", TableGrowth::walBytesOfAPair));
    }

    private Row row(String name, String unit, Function<TableGrowth, BigDecimal> figure) {
        List<Sample> turns = new ArrayList<>();
        return new Row(name, unit, TableGrowth.CALLERS, now -> {
            int turn = turns.size();
            if (turn == measured.size()) {
                measured.add(grow(turn));
            }
            Sample sample = Sample.of(figure.apply(measured.get(turn)));
            turns.add(sample);
            return sample;
        });
    }

    private TableGrowth grow(int turn) throws Exception {
        String prefix = "growth" + turn;
        int keys = plan.sizes().keys();
        try (HikariDataSource filling = Node.pool(server.get().url(), TableGrowth.CALLERS);
                QuotaStore store = LedgerTables.store(filling, prefix)) {
            LedgerTables.fill(store, 1, Limits.ONE, false);
            RowCopies.accountsOneByOne(filling, prefix, keys);
        }
        return TableGrowth.measure(server.get(), prefix, keys, plan.sizes().growthPairs());
    }

    /** Each turn has a new ledger: a turn before would warm nothing up. */
    @Override
    public boolean inThisProcess() {
        return false;
    }

    @Override
    public List<String> facts() {
        return measured.isEmpty()
                ? List.of()
                : measured.get(measured.size() - 1).lines();
    }

    @Override
    public void verify() throws Exception {
        for (TableGrowth growth : measured) {
            growth.verify(server.get());
        }
    }

    @Override
    public void close() throws IOException {
        if (server.ifOpen().isPresent()) {
            server.ifOpen().get().close();
        }
    }
}
