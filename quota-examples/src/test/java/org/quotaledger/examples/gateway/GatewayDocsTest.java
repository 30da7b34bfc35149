package org.quotaledger.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the page says is so. */
class GatewayDocsTest {

    private static final Pattern CURL = Pattern.compile("curl (?:[^\n\\\\]|\\\\\n)*");
    private static final Pattern METHOD = Pattern.compile("-X (\\w+)");
    private static final Pattern PATH = Pattern.compile("http://localhost:8080(\\S+)");
    private static final Pattern BODY = Pattern.compile("-d '([^']*)'");
    private static final Pattern HEADER = Pattern.compile("-H '([^:']+): ([^']+)'");
    private static final Pattern VARIABLE = Pattern.compile("(?m)^\\| `([A-Z_]+)` .* \\| ([^|]*) \\|$");
    private static final Pattern DIRECTIVE = Pattern.compile("(?m)^\\| `([a-z-]+)(?:=[A-Z]+)?` ");

    private final String page = read();

    private static String read() {
        try {
            // Surefire runs in the module's folder.
            return Files.readString(Path.of("..", "docs", "gateway.md"));
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void everyCommandSucceeds() {
        List<String> commands =
                CURL.matcher(page).results().map(MatchResult::group).toList();
        assertThat(commands).hasSizeGreaterThan(5);
        try (RunningGateway gateway = RunningGateway.start()) {
            for (String command : commands) {
                assertThat(run(command, gateway).statusCode()).as(command).isEqualTo(200);
            }
        }
    }

    private static HttpResponse<String> run(String command, RunningGateway gateway) {
        String path = PATH.matcher(command).results().findFirst().orElseThrow().group(1);
        String body =
                BODY.matcher(command).results().map(m -> m.group(1)).findFirst().orElse("");
        String method = METHOD.matcher(command)
                .results()
                .map(m -> m.group(1))
                .findFirst()
                .orElse(body.isEmpty() ? "GET" : "POST");
        HttpRequest.Builder request = gateway.request(path).method(method, HttpRequest.BodyPublishers.ofString(body));
        HEADER.matcher(command).results().forEach(header -> request.setHeader(header.group(1), header.group(2)));
        if (command.contains("Bearer $ADMIN")) {
            request.setHeader("Authorization", "Bearer " + gateway.adminKey());
        }
        return gateway.send(request);
    }

    @Test
    void theSixthRequestIsRefused() {
        try (RunningGateway gateway = RunningGateway.start()) {
            String first =
                    CURL.matcher(page).results().findFirst().orElseThrow().group();
            List<Integer> statuses = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                statuses.add(run(first, gateway).statusCode());
            }

            assertThat(statuses).containsExactly(200, 200, 200, 200, 200, 429);
        }
    }

    @Test
    void namesEverySettingWithItsDefault() {
        List<MatchResult> rows = VARIABLE.matcher(page).results().toList();

        assertThat(rows.stream().map(row -> row.group(1)))
                .containsExactlyElementsOf(
                        Arrays.stream(Setting.values()).map(Setting::name).toList());
        for (MatchResult row : rows) {
            String fallback = Setting.valueOf(row.group(1)).fallback();
            if (!fallback.isEmpty()) {
                assertThat(row.group(2).replace("`", "")).isEqualTo(fallback);
            }
        }
    }

    @Test
    void namesEveryDirectiveOfTheSimulatedUpstream() {
        List<String> directives =
                DIRECTIVE.matcher(page).results().map(row -> row.group(1)).toList();

        assertThat(directives)
                .containsExactlyElementsOf(Simulation.HELP
                        .lines()
                        .map(line -> line.strip().split("[ =]", 2)[0])
                        .toList());
        assertThat(directives)
                .allSatisfy(name -> assertThat(Simulation.of(name)).isNotNull());
    }
}
