package org.quotaledger.examples.gateway;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Opens the gateway's database. Stateless. */
final class Database {

    private static final int MOST_CONNECTIONS = 16;

    private Database() {}

    /** Returns a pool of connections. */
    static HikariDataSource open(String url) throws StartException {
        String complete = url.startsWith("jdbc:h2:") ? keptOpenByH2(url) : url;
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
            throw new StartException("cannot open the database " + withoutParameters(url), failed);
        }
    }

    /**
     * H2 would close the database at the first signal to stop, under requests that are still running, and without a
     * connection it would forget one in memory.
     */
    private static String keptOpenByH2(String url) {
        StringBuilder complete = new StringBuilder(url);
        for (String option : new String[] {"DB_CLOSE_ON_EXIT=FALSE", "DB_CLOSE_DELAY=-1"}) {
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
