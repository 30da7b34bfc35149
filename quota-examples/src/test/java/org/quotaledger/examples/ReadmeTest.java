package org.quotaledger.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The README's code is the code that is compiled and tested. */
class ReadmeTest {

    /** Tests run in the module's folder; the README stands above it. */
    private static final Path README = Path.of("..", "README.md");

    private static final Path QUICKSTART =
            Path.of("src", "main", "java", "org", "quotaledger", "examples").resolve("Quickstart.java");

    /** An HTML comment that names the source, then nothing but blank lines, then a block of Java. */
    private static final Pattern QUOTED_BLOCK = Pattern.compile(
            "<!--[^>]*\\bQuickstart\\.java\\b[^>]*-->\\s*```java\\R(?<code>.*?)^```",
            Pattern.DOTALL | Pattern.MULTILINE);

    private static final Pattern COMMENT = Pattern.compile("<!--[^>]*\\bQuickstart\\.java\\b[^>]*-->");

    @Test
    void everyBlockThatNamesTheQuickstartIsItsMarkedRegion() throws IOException {
        String readme = Files.readString(README);
        List<String> region = markedRegion(Files.readAllLines(QUICKSTART));

        List<List<String>> blocks = new ArrayList<>();
        Matcher block = QUOTED_BLOCK.matcher(readme);
        while (block.find()) {
            blocks.add(withoutIndentation(block.group("code").lines().toList()));
        }

        assertThat(blocks)
                .as("blocks of Java in README.md after a comment that names Quickstart.java")
                .isNotEmpty()
                .hasSize((int) COMMENT.matcher(readme).results().count())
                .allSatisfy(code -> assertThat(code).containsExactlyElementsOf(region));
    }

    private static List<String> markedRegion(List<String> source) {
        List<String> trimmed = source.stream().map(String::strip).toList();
        assertThat(trimmed).as("marks in Quickstart.java").containsOnlyOnce("// readme-start", "// readme-end");
        int start = trimmed.indexOf("// readme-start");
        int end = trimmed.indexOf("// readme-end");
        assertThat(end).as("readme-end comes after readme-start").isGreaterThan(start + 1);
        return withoutIndentation(source.subList(start + 1, end));
    }

    private static List<String> withoutIndentation(List<String> lines) {
        return List.of(String.join("\n", lines).stripIndent().strip().split("\n", -1));
    }
}
