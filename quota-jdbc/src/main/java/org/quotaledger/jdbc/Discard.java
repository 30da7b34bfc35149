package org.quotaledger.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends connections for good. */
final class Discard {

    private static final Logger LOG = LoggerFactory.getLogger(JdbcQuotaStore.class);

    private static final String HIKARI = "com.zaxxer.hikari.HikariDataSource";

    private Discard() {}

    /**
     * Ends a connection, so that no pool hands it out again. It is not reset: to switch auto-commit on would commit the
     * half that was written.
     */
    static void discard(Connection connection, DataSource from) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException broken) {
            LOG.debug("connection could not be aborted", broken);
        }
        if (!isEvicted(connection, from)) {
            close(connection);
        }
    }

    /**
     * Most pools look at a connection that comes back. HikariCP looks at the SQLState of failures, and those of H2 and of
     * read-only servers are unknown to it. It is asked by name, since no standard call does it. After that its connection
     * must stay unclosed.
     */
    private static boolean isEvicted(Connection connection, DataSource from) {
        try {
            Class<?> hikari = Class.forName(HIKARI, false, connection.getClass().getClassLoader());
            if (!hikari.isInstance(from) && !from.isWrapperFor(hikari)) {
                return false;
            }
            hikari.getMethod("evictConnection", Connection.class).invoke(from.unwrap(hikari), connection);
            return true;
        } catch (ClassNotFoundException notOfHikari) {
            return false;
        } catch (ReflectiveOperationException | SQLException failure) {
            LOG.debug("connection could not be evicted from its pool", failure);
            return false;
        }
    }

    static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException broken) {
            LOG.debug("connection could not be closed", broken);
        }
    }
}
