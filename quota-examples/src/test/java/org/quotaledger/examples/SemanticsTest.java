package org.quotaledger.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The page of rules names tests that there are. The sources are read, not the classes, because no module has the tests
 * of all others on its path.
 */
class SemanticsTest {

    /** Surefire runs in the module's folder. */
    private static final Path TOP = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern NAMED = Pattern.compile("`([A-Z][A-Za-z0-9]+)\\.([a-z][A-Za-z0-9]+)`");

    /** A method that is run as a test: no blank line comes between its annotation and its name. */
    private static final Pattern TESTED = Pattern.compile(
            "@(?:Test|ParameterizedTest|RepeatedTest|Property)\\b(?:(?!\\R\\h*\\R).)*?\\bvoid (\\w+)\\(",
            Pattern.DOTALL);

    private static final Pattern SECTION = Pattern.compile("@Nested\\s+class \\w+ extends (\\w+Contract) ");

    @Test
    void everyTestThatItNamesExists() throws IOException {
        Map<String, Path> sources = sources();
        List<String> missing = new ArrayList<>();
        for (MatchResult named : named()) {
            Path source = sources.get(named.group(1));
            if (source == null || !tests(source).contains(named.group(2))) {
                missing.add(named.group());
            }
        }

        assertThat(missing).isEmpty();
    }

    @Test
    void everySectionOfTheContractIsNamed() throws IOException {
        Path contract = sources().get("QuotaStoreContract");
        List<String> sections = SECTION.matcher(Files.readString(contract))
                .results()
                .map(found -> found.group(1))
                .toList();

        assertThat(sections).contains("AdmissionContract", "ConcurrencyContract");
        assertThat(named().stream().map(found -> found.group(1))).containsAll(sections);
    }

    @Test
    void everyRowOfItsTablesNamesATest() throws IOException {
        List<String> rows = Files.readAllLines(TOP.resolve("docs/semantics.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.equals("| rule | test |"))
                .toList();

        assertThat(rows).isNotEmpty().allSatisfy(row -> assertThat(row).containsPattern(NAMED.pattern() + "[^|]*\\|$"));
    }

    private static List<MatchResult> named() throws IOException {
        return NAMED.matcher(Files.readString(TOP.resolve("docs/semantics.md")))
                .results()
                .toList();
    }

    private static TreeSet<String> tests(Path source) throws IOException {
        return TESTED.matcher(Files.readString(source))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, Path> sources() throws IOException {
        Map<String, Path> sources = new TreeMap<>();
        try (Stream<Path> files = Files.find(
                TOP,
                20,
                (path, attributes) ->
                        path.toString().endsWith(".java") && path.toString().contains("src"))) {
            files.forEach(file -> sources.put(file.getFileName().toString().replace(".java", ""), file));
        }
        return sources;
    }
}
