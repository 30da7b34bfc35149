package org.quotaledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A change of the public API shows as a difference of a checked-in list. */
class PublicApiTest {

    /** Surefire runs in the module's folder. */
    private static final Path LIST = Path.of("..", "api", "quota-core.txt");

    private static final String REWRITE = "mvn test -pl quota-core -Dtest=PublicApiTest -Dquota.api.write=true";

    @Test
    void theListOfThePublicApiNamesEveryTypeAndSignature() throws IOException {
        List<String> lines = PublicApi.lines();
        if (Boolean.getBoolean("quota.api.write")) {
            Files.createDirectories(LIST.getParent());
            Files.write(LIST, lines);
        }

        List<String> listed = Files.readAllLines(LIST);

        List<String> difference = new ArrayList<>();
        listed.stream().filter(line -> !lines.contains(line)).forEach(line -> difference.add("-" + line));
        lines.stream().filter(line -> !listed.contains(line)).forEach(line -> difference.add("+" + line));
        assertThat(difference)
                .as("difference from api/quota-core.txt; after a change that is meant, run " + REWRITE)
                .isEmpty();
        assertThat(lines).as("order").isEqualTo(listed);
    }

    @Test
    void theListShowsNullnessComponentsAndBounds() throws IOException {
        assertThat(PublicApi.lines())
                .contains(
                        "package org.quotaledger.amount",
                        "Meter: record(String name, int scale) implements Comparable<Meter>",
                        "  QuotaWindow: default WindowSpan spanAt(Instant, @Nullable WindowSpan)",
                        "  Boundary: static final Boundary STRICT");
    }
}
