package org.quotaledger.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page shows the code that is tested here. */
class RecipesPageTest {

    /** Surefire runs in the module's folder. */
    private static final Path SOURCES = Path.of("src", "main", "java", "org", "quotaledger", "examples", "recipes");

    @Test
    void itShowsEveryRecipeAsItIsRun() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "recipes.md"));
        List<Path> recipes;
        try (Stream<Path> files = Files.list(SOURCES)) {
            recipes = files.filter(file -> !file.endsWith("package-info.java")).toList();
        }

        assertThat(recipes)
                .hasSize(4)
                .allSatisfy(recipe -> assertThat(page)
                        .contains("<!-- " + recipe.getFileName() + " -->\n```java\n" + shown(recipe) + "\n```"));
    }

    private static String shown(Path recipe) throws IOException {
        String code = Files.readString(recipe);
        return code.substring(code.indexOf("// doc-start") + "// doc-start".length(), code.indexOf("// doc-end"))
                .stripIndent()
                .strip();
    }
}
