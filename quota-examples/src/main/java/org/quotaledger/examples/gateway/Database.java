package org.quotaledger.examples.gateway;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.quotaledger.jdbc.JdbcQuotaStore;
import org.quotaledger.spi.QuotaStore;

/** Opens the gateway's database. Stateless. */
final class Database {

    private static final int MOST_CONNECTIONS = 16;
    private static final int H2_FILE_IN_USE = 90020;

    private Database() {}

    /** Returns a pool of connections. */
    static HikariDataSource open(String url) throws StartException {
        String complete = url.startsWith("jdbc:h2:") ? completed(url) : url;
        try {
            // Before the pool, which would try again and again, and log a stack trace, where one line says it.
            DriverManager.getConnection(complete).close();
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(complete);
            config.setMaximumPoolSize(MOST_CONNECTIONS);
            config.setConnectionTimeout(5_000);
            config.setPoolName("ledger");
            return new HikariDataSource(config);
        } catch (SQLException | RuntimeException failed) {
            if (failed instanceof SQLException refused && refused.getErrorCode() == H2_FILE_IN_USE) {
                throw new StartException("cannot open the database " + withoutParameters(url)
                        + ": another process has it open, such as a second gateway; several share PostgreSQL");
            }
            throw new StartException("cannot open the database " + withoutParameters(url), failed);
        }
    }

    /** Returns the ledger's tables in a database, created if they are not there. */
    static QuotaStore store(DataSource database, String url) throws StartException {
        try {
            return JdbcQuotaStore.open(database);
        } catch (RuntimeException failed) {
            throw new StartException("cannot keep a ledger in the database " + withoutParameters(url), failed);
        }
    }

    /**
     * H2 would close the database at the first signal to stop, under requests that are still running, and would write what
     * is committed up to half a second later.
     */
    private static String completed(String url) {
        StringBuilder complete = new StringBuilder(url);
        for (String option : List.of("DB_CLOSE_ON_EXIT=FALSE", "WRITE_DELAY=0")) {
            if (!url.contains(option.substring(0, option.indexOf('=')))) {
                complete.append(';').append(option);
            }
        }
        return complete.toString();
    }

    /** A password can stand among the parameters. */
    private static String withoutParameters(String url) {
        return url.split("[;?]", 2)[0];
    }
}
