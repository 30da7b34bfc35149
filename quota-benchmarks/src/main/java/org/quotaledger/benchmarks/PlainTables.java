package org.quotaledger.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;

/**
 * What a careful user writes by hand for one limit an account: a counter, a hold and a journal row, in two transactions
 * a pair, as four statements more or as two. No windows, no parents, no expiry, no retries, no alerts.
 */
final class PlainTables {

    private static final long HOLD = 100;
    private static final long COST = 60;

    private static final String CREATE = """
            CREATE TABLE plain_account (
                id varchar(200) PRIMARY KEY,
                quota bigint NOT NULL,
                used bigint NOT NULL,
                held bigint NOT NULL
            ) WITH (fillfactor = 70);
            CREATE TABLE plain_hold (
                id varchar(200) PRIMARY KEY,
                account_id varchar(200) NOT NULL,
                units bigint NOT NULL,
                expires_at timestamptz NOT NULL
            ) WITH (autovacuum_analyze_threshold = 2000000000); -- Analyzed when it happens to be empty, it is read whole.
            CREATE TABLE plain_journal (
                seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                hold_id varchar(200) NOT NULL,
                account_id varchar(200) NOT NULL,
                units bigint NOT NULL,
                at timestamptz NOT NULL
            );
            CREATE INDEX ON plain_journal (account_id, at)
            """;

    private static final String FILL = """
            INSERT INTO plain_account (id, quota, used, held)
            SELECT 'key-' || number, 4611686018427387903, 0, 0
            FROM generate_series(0, %d) AS number
            """;

    private static final String HOLD_UNITS = """
            UPDATE plain_account SET held = held + ?
            WHERE id = ? AND used + held + ? <= quota
            """;

    private static final String INSERT_HOLD = """
            INSERT INTO plain_hold (id, account_id, units, expires_at)
            VALUES (?, ?, ?, now() + interval '10 minutes')
            """;

    private static final String SETTLE_UNITS = """
            UPDATE plain_account SET used = used + ?, held = held - ?
            WHERE id = ?
            """;

    private static final String DELETE_HOLD = """
            DELETE FROM plain_hold WHERE id = ?
            """;

    private static final String INSERT_JOURNAL = """
            INSERT INTO plain_journal (hold_id, account_id, units, at)
            VALUES (?, ?, ?, now())
            """;

    private static final String RESERVE_AT_ONCE = """
            WITH held AS (
                UPDATE plain_account SET held = held + ?
                WHERE id = ? AND used + held + ? <= quota
                RETURNING id)
            INSERT INTO plain_hold (id, account_id, units, expires_at)
            SELECT ?, id, ?, now() + interval '10 minutes' FROM held
            """;

    private static final String SETTLE_AT_ONCE = """
            WITH ended AS (
                DELETE FROM plain_hold WHERE id = ?
                RETURNING id, account_id, units),
            charged AS (
                UPDATE plain_account SET used = used + ?, held = held - ended.units
                FROM ended WHERE plain_account.id = ended.account_id
                RETURNING ended.id AS hold_id, plain_account.id AS account_id)
            INSERT INTO plain_journal (hold_id, account_id, units, at)
            SELECT hold_id, account_id, ?, now() FROM charged
            """;

    private static final String USE_UNITS = """
            UPDATE plain_account SET used = used + ?
            WHERE id = ? AND used + held + ? <= quota
            """;

    private final PostgresServer server;
    private final AtomicLong ids = new AtomicLong();
    private final LongAdder pairs = new LongAdder();
    private final LongAdder updates = new LongAdder();

    private PlainTables(PostgresServer server) {
        this.server = server;
    }

    static PlainTables create(PostgresServer server, int accounts) throws SQLException {
        server.execute(CREATE);
        server.execute(FILL.formatted(accounts - 1));
        server.execute("VACUUM ANALYZE plain_account");
        return new PlainTables(server);
    }

    void pair(DataSource through, String key) throws SQLException {
        String hold = nextId();
        try (Connection connection = through.getConnection()) {
            connection.setAutoCommit(false);
            one(connection, HOLD_UNITS, HOLD, key, HOLD);
            one(connection, INSERT_HOLD, hold, key, HOLD);
            connection.commit();
        }
        try (Connection connection = through.getConnection()) {
            connection.setAutoCommit(false);
            one(connection, SETTLE_UNITS, COST, HOLD, key);
            one(connection, DELETE_HOLD, hold);
            one(connection, INSERT_JOURNAL, hold, key, COST);
            connection.commit();
        }
        pairs.increment();
    }

    void pairAtOnce(DataSource through, String key) throws SQLException {
        String hold = nextId();
        try (Connection connection = through.getConnection()) {
            one(connection, RESERVE_AT_ONCE, HOLD, key, HOLD, hold, HOLD);
        }
        try (Connection connection = through.getConnection()) {
            one(connection, SETTLE_AT_ONCE, hold, COST, COST);
        }
        pairs.increment();
    }

    void update(DataSource through, String key) throws SQLException {
        try (Connection connection = through.getConnection()) {
            one(connection, USE_UNITS, COST, key, COST);
        }
        updates.increment();
    }

    private String nextId() {
        return "hold-" + ids.incrementAndGet();
    }

    /** Runs a statement that must change exactly one row; the driver keeps it prepared. */
    private static void one(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                if (values[i] instanceof Long number) {
                    statement.setLong(i + 1, number);
                } else {
                    statement.setString(i + 1, (String) values[i]);
                }
            }
            LedgerTables.check("rows changed by " + sql, statement.executeUpdate(), 1);
        }
    }

    void verify() throws SQLException {
        LedgerTables.check("plain holds", server.number("SELECT count(*) FROM plain_hold"), 0);
        LedgerTables.check("plain held", server.number("SELECT sum(held) FROM plain_account"), 0);
        LedgerTables.check(
                "plain journal",
                server.number("SELECT coalesce(sum(units), 0) FROM plain_journal"),
                pairs.sum() * COST);
        LedgerTables.check(
                "plain used",
                server.number("SELECT sum(used) FROM plain_account"),
                (pairs.sum() + updates.sum()) * COST);
    }
}
