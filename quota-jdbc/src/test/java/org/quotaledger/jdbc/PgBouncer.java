package org.quotaledger.jdbc;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;
import org.postgresql.ds.PGSimpleDataSource;

/** A PgBouncer of this test, in front of a database; where there is none installed, or too old a one, the test is skipped. */
final class PgBouncer implements AutoCloseable {

    private static final Pattern VERSION = Pattern.compile("PgBouncer (\\d+)\\.(\\d+)");

    /** It does not run as root. */
    private static final String USER = "nobody";

    private final Process process;
    private final int port;

    /** @param settings more lines of its file */
    PgBouncer(PGSimpleDataSource direct, Path folder, String... settings) {
        try {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            Path file = folder.resolve("pgbouncer.ini");
            Files.writeString(file, """
                    [databases]
                    postgres = host=localhost port=%d dbname=postgres user=postgres connect_query='SET search_path TO %s'
                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = any
                    pool_mode = transaction
                    default_pool_size = 4
                    ignore_startup_parameters = extra_float_digits
                    %s
                    """.formatted(
                            direct.getPortNumbers()[0], direct.getCurrentSchema(), port, String.join("\n", settings)));
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            List<String> command = new ArrayList<>(List.of(installed().toString()));
            if (System.getProperty("user.name").equals("root")) {
                command.addAll(List.of("-u", USER));
            }
            command.add(file.toString());
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("pgbouncer.log").toFile())
                    .start();
            awaitListening();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void awaitListening() {
        while (!listens()) {
            if (!process.isAlive()) {
                throw new IllegalStateException("PgBouncer ended with " + process.exitValue());
            }
            Thread.onSpinWait();
        }
    }

    private boolean listens() {
        try (Socket connected = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return connected.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Skips a test that needs a PgBouncer which keeps prepared statements apart. */
    static void assumeTracksStatements() {
        if (!tracksStatements()) {
            throw new TestAbortedException("PgBouncer is older than 1.21, the first with max_prepared_statements");
        }
    }

    static boolean tracksStatements() {
        int[] version = version();
        return version[0] > 1 || version[1] >= 21;
    }

    private static int[] version() {
        try {
            Process asked = new ProcessBuilder(installed().toString(), "--version").start();
            String answer = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher version = VERSION.matcher(answer);
            if (!version.find()) {
                throw new IllegalStateException("no version in: " + answer);
            }
            return new int[] {Integer.parseInt(version.group(1)), Integer.parseInt(version.group(2))};
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Path installed() {
        Optional<Path> found = Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
                .map(folder -> Path.of(folder, "pgbouncer"))
                .filter(Files::isExecutable)
                .findFirst();
        return found.orElseThrow(() -> new TestAbortedException("PgBouncer is not installed here"));
    }

    /** Returns a source of connections that go through here. Each is in the schema of the database. */
    PGSimpleDataSource dataSource(String settings) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL("jdbc:postgresql://localhost:" + port + "/postgres?user=postgres&" + settings);
        return dataSource;
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
