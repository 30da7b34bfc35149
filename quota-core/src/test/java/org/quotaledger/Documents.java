package org.quotaledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What stands in the project's docs, so that tests keep it true. */
public final class Documents {

    private Documents() {}

    /** Returns the text of a file in the project's folder {@code docs}. */
    public static String read(String name) {
        // Tests run in the module's folder, or in the project's.
        Path file = Stream.of("../docs", "docs")
                .map(folder -> Path.of(folder, name))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no docs/" + name));
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the first block of code in {@code language} below a heading. */
    public static String example(String document, String heading, String language) {
        Matcher block = Pattern.compile(
                        "^" + Pattern.quote(heading) + "$.*?^```" + language + "\\n(.*?)^```$",
                        Pattern.DOTALL | Pattern.MULTILINE)
                .matcher(document);
        if (!block.find()) {
            throw new AssertionError("no " + language + " below \"" + heading + "\"");
        }
        return block.group(1);
    }

    /** Returns the two cells of code in each row of the table below a heading. */
    public static List<List<String>> rows(String document, String heading) {
        String section = document.substring(document.indexOf(heading + "\n") + heading.length());
        Matcher row = Pattern.compile("^\\| `(.*?)` \\| `(.*)` \\|$", Pattern.MULTILINE)
                .matcher(section.split("\n##", 2)[0]);
        List<List<String>> rows = new ArrayList<>();
        while (row.find()) {
            rows.add(List.of(row.group(1), row.group(2)));
        }
        return rows;
    }
}
