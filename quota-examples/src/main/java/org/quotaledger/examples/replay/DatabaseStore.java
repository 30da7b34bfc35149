package org.quotaledger.examples.replay;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.quotaledger.jdbc.JdbcQuotaStore;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.spi.QuotaStoreException;

/** One database for all nodes. Each has a store, a clock and connections of its own, as nodes on several machines have. */
final class DatabaseStore implements SharedStore {

    /** A node waits for one answer at a time: one lane, and one connection more for reading. */
    private static final int CONNECTIONS_OF_A_NODE = 2;

    private final String url;

    /** Guarded by itself. */
    private final List<Opened> opened = new ArrayList<>();

    DatabaseStore(String url) {
        this.url = url;
    }

    private record Opened(QuotaStore store, HikariDataSource connections) {

        void close() {
            try {
                store.close();
            } finally {
                connections.close();
            }
        }
    }

    @Override
    public Node open(Instant start) {
        TraceClock clock = new TraceClock(start);
        HikariDataSource connections = connect();
        try {
            QuotaStore store =
                    JdbcQuotaStore.builder(connections).clock(clock).lanes(1).build();
            synchronized (opened) {
                opened.add(new Opened(store, connections));
            }
            return Node.over(store, clock);
        } catch (IllegalArgumentException unknownDatabase) {
            connections.close();
            throw new Misuse("--store: " + unknownDatabase.getMessage());
        } catch (RuntimeException failed) {
            connections.close();
            throw failed;
        }
    }

    private HikariDataSource connect() {
        // Asked once without a pool: its answer says more than the time-out of a pool.
        try (Connection any = DriverManager.getConnection(url)) {
            any.isReadOnly();
        } catch (SQLException unreachable) {
            throw QuotaStoreException.notApplied(
                    "no connection to the database: " + unreachable.getMessage(), unreachable);
        }
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(CONNECTIONS_OF_A_NODE);
        return new HikariDataSource(config);
    }

    @Override
    public void close() {
        synchronized (opened) {
            opened.forEach(Opened::close);
            opened.clear();
        }
    }
}
