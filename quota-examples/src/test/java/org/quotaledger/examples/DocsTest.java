package org.quotaledger.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages speak of what exists. */
class DocsTest {

    /** Surefire runs in the module's folder. */
    private static final Path TOP = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]+)");
    private static final Pattern TYPE_NAME = Pattern.compile("`([A-Z][a-z]+[A-Za-z]*)(?:[.(][^`]*)?`");
    private static final Pattern TYPE = Pattern.compile("\\b(?:class|interface|record|enum) ([A-Z][A-Za-z]+)");

    @Test
    void linksLeadSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                if (!Files.exists(page.resolveSibling(link.group(1)))) {
                    broken.add(TOP.relativize(page) + " -> " + link.group(1));
                }
            }
        }

        assertThat(broken).isEmpty();
    }

    @Test
    void typesThatTheArchitectureNamesExist() throws IOException {
        Set<String> types = types();
        List<String> missing = new ArrayList<>();
        for (String page : List.of("docs/architecture.md", "docs/design-decisions.md")) {
            Matcher name = TYPE_NAME.matcher(Files.readString(TOP.resolve(page)));
            while (name.find()) {
                if (!types.contains(name.group(1))) {
                    missing.add(page + ": " + name.group(1));
                }
            }
        }

        assertThat(types).contains("QuotaLedger", "Counter");
        assertThat(missing).isEmpty();
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(TOP.resolve("docs"));
                Stream<Path> top = Files.list(TOP)) {
            return Stream.concat(docs, top)
                    .filter(path -> path.toString().endsWith(".md"))
                    .toList();
        }
    }

    private static Set<String> types() throws IOException {
        try (Stream<Path> files = Files.find(
                TOP,
                20,
                (path, attributes) ->
                        path.toString().endsWith(".java") && path.toString().contains("src"))) {
            return files.flatMap(file -> TYPE.matcher(read(file)).results())
                    .map(found -> found.group(1))
                    .collect(Collectors.toSet());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
