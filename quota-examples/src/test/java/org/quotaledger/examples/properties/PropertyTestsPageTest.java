package org.quotaledger.examples.properties;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitrary;
import org.junit.jupiter.api.Test;
import org.quotaledger.testkit.LedgerArbitraries;
import org.quotaledger.testkit.QuotaArbitraries;

/** The page shows code that is compiled and run here, and lists each generator. */
class PropertyTestsPageTest {

    /** Surefire runs in the module's folder. */
    private static final Path TOP = Path.of("..");

    private static final Path SOURCES = Path.of("src", "test", "java", "org", "quotaledger", "examples", "properties");

    private static final Pattern BLOCK = Pattern.compile(
            "<!-- (?<file>\\w+\\.java): (?<region>\\w+) -->\\R```java\\R(?<code>.*?)\\R```", Pattern.DOTALL);

    private static final Pattern INCLUDE = Pattern.compile("<include>\\*\\*/\\*\\w+\\.java</include>");

    @Test
    void everyBlockOfJavaIsCodeThatIsRun() throws IOException {
        String page = page();

        List<MatchResult> blocks = BLOCK.matcher(page).results().toList();

        assertThat(blocks).hasSize(page.split("```java", -1).length - 1).hasSizeGreaterThan(3);
        for (MatchResult block : blocks) {
            assertThat(block.group(3)).isEqualTo(region(block.group(1), block.group(2)));
        }
    }

    @Test
    void namesEveryGenerator() throws IOException {
        List<String> generators = List.of(QuotaArbitraries.class, LedgerArbitraries.class).stream()
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()) && method.getReturnType() == Arbitrary.class)
                .map(Method::getName)
                .distinct()
                .toList();

        assertThat(generators).hasSizeGreaterThan(20);
        for (String generator : generators) {
            assertThat(page()).containsPattern("[`.]" + generator + "\\(");
        }
    }

    @Test
    void dependsOnTheVersionThatIsBuilt() throws IOException {
        String pom = Files.readString(TOP.resolve("pom.xml"));
        String version = pom.substring(pom.indexOf("<version>"), pom.indexOf("</version>"));

        assertThat(page())
                .contains("<artifactId>quota-testkit</artifactId>\n  " + version + "</version>\n  <scope>test</scope>");
    }

    @Test
    void includesTheNamesThatThisBuildIncludes() throws IOException {
        List<String> built = includes(Files.readString(TOP.resolve("pom.xml")));

        assertThat(built).anyMatch(include -> include.contains("Properties"));
        assertThat(includes(page())).isEqualTo(built);
    }

    private static List<String> includes(String xml) {
        return INCLUDE.matcher(xml).results().map(MatchResult::group).toList();
    }

    private static String page() throws IOException {
        return Files.readString(TOP.resolve("docs").resolve("property-tests.md"));
    }

    private static String region(String file, String name) throws IOException {
        String code = Files.readString(SOURCES.resolve(file));
        String mark = "// doc-start: " + name + "\n";
        assertThat(code).contains(mark);
        int start = code.indexOf(mark) + mark.length();
        return code.substring(start, code.indexOf("    // doc-end", start))
                .stripTrailing()
                .stripIndent();
    }
}
