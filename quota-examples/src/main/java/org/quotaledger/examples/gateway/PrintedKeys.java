package org.quotaledger.examples.gateway;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;

/**
 * The demo key and the admin key, kept in a file beside the database so that every start prints the same. Only a demo
 * does so: a gateway shows a key once, when it is made, and keeps the hash alone.
 *
 * @param demo the key of the demo account
 * @param admin the key of {@code /admin}
 */
record PrintedKeys(String demo, String admin) {

    private static final String DEMO = "demo";
    private static final String ADMIN = "admin";

    /** Returns the keys of the file, which is written with new ones if it is not there. */
    static PrintedKeys keptIn(Path file) throws IOException {
        if (!Files.exists(file)) {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            write(file);
        }
        Properties keys = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            keys.load(reader);
        }
        String demo = keys.getProperty(DEMO);
        String admin = keys.getProperty(ADMIN);
        if (demo == null || admin == null) {
            throw new IOException("no \"" + DEMO + "\" and \"" + ADMIN + "\" in it");
        }
        return new PrintedKeys(demo, admin);
    }

    private static void write(Path file) throws IOException {
        Properties keys = new Properties();
        keys.setProperty(DEMO, Secrets.newKey("ql-demo-"));
        keys.setProperty(ADMIN, Secrets.newKey("ql-admin-"));
        FileAttribute<?>[] ownerOnly =
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        try {
            Files.createFile(file, ownerOnly);
        } catch (FileAlreadyExistsException writtenMeanwhile) {
            return;
        }
        try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            keys.store(writer, "Keys of the demo gateway, in clear so that it can print them again: a demo only.");
        }
    }

    /** Tells no key. */
    @Override
    public String toString() {
        return "PrintedKeys[hidden]";
    }
}
