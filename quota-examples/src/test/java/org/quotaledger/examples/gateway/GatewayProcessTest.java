package org.quotaledger.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a user runs it: a process of its own. */
class GatewayProcessTest {

    private static final String LISTENING = "listening on ";
    private static final String DEMO_KEY = "demo key: ";
    private static final int KILLED_BY_SIGTERM = 143;

    @TempDir
    private Path folder;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void leaveNoProcess() {
        processes.forEach(Process::destroyForcibly);
    }

    private Process process(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Gateway.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve("err.txt").toFile());
        for (Setting setting : Setting.values()) {
            builder.environment().remove(setting.name());
        }
        builder.environment().putAll(environment);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /** A running gateway: its process, its URL and the key that it printed. */
    private record Started(Process process, String url, String key) {}

    private Started start() throws IOException {
        Process process = process(Map.of("PORT", "0"));
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        return new Started(process, after(LISTENING, out.readLine()), after(DEMO_KEY, out.readLine()));
    }

    private String after(String prefix, String line) throws IOException {
        assertThat(line).as(errors()).startsWith(prefix);
        return line.substring(prefix.length());
    }

    private String errors() throws IOException {
        return Files.readString(folder.resolve("err.txt"));
    }

    private static HttpResponse<String> chat(Started gateway) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.url() + Endpoint.CHAT_COMPLETIONS.path()))
                .header("Authorization", "Bearer " + gateway.key())
                .POST(HttpRequest.BodyPublishers.ofString(RunningGateway.chatBody("demo-small", 100, "")))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private void stop(Started gateway) throws Exception {
        gateway.process().destroy();
        assertThat(gateway.process().waitFor(RunningGateway.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(gateway.process().exitValue()).isIn(0, KILLED_BY_SIGTERM);
        assertThat(errors()).doesNotContain("\tat ");
    }

    @Test
    void keepsKeyAndBudgetOverAStopBySigterm() throws Exception {
        Started first = start();
        HttpResponse<String> answer = chat(first);
        assertThat(answer.statusCode()).isEqualTo(200);
        while (answer.statusCode() == 200) {
            answer = chat(first);
        }
        assertThat(answer.statusCode()).isEqualTo(429);
        stop(first);

        Started second = start();

        assertThat(second.key()).isEqualTo(first.key());
        assertThat(chat(second).statusCode()).isEqualTo(429);
        stop(second);
    }

    @Test
    void losesNothingWhenItIsKilled() throws Exception {
        Started first = start();
        HttpResponse<String> answer;
        do {
            answer = chat(first);
        } while (answer.statusCode() == 200);
        first.process().destroyForcibly().waitFor();

        Started second = start();

        assertThat(chat(second).statusCode()).isEqualTo(429);
        stop(second);
    }

    @Test
    void saysInOneLineThatThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
            assertFailsWithOneLine(
                    process(Map.of("PORT", Integer.toString(taken.getLocalPort()))), 1, "cannot listen on localhost:");
        }
    }

    @Test
    void saysInOneLineThatTheDatabaseCannotBeOpened() throws Exception {
        String url = "jdbc:postgresql://localhost:1/nobody";
        assertFailsWithOneLine(
                process(Map.of("PORT", "0", "QUOTA_DB", url + "?password=hidden")),
                1,
                "cannot open the database " + url);
        assertThat(errors()).doesNotContain("hidden");
        assertFailsWithOneLine(
                process(Map.of("PORT", "0", "QUOTA_DB", "nonsense")), 1, "cannot open the database nonsense");
    }

    @Test
    void saysInOneLineThatAnotherGatewayHasTheDatabase() throws Exception {
        Started first = start();

        assertFailsWithOneLine(
                process(Map.of("PORT", "0")),
                1,
                "cannot open the database jdbc:h2:file:./quota-demo: another process has it open");
        assertThat(chat(first).statusCode()).isEqualTo(200);
        stop(first);
    }

    @Test
    void saysInOneLineThatAnArgumentMakesNoSense() throws Exception {
        assertFailsWithOneLine(process(Map.of("PORT", "many")), 2, "PORT is \"many\"");
        assertFailsWithOneLine(process(Map.of(), "--nonsense", "1"), 2, "unknown argument --nonsense");
    }

    private void assertFailsWithOneLine(Process process, int status, String line) throws Exception {
        assertThat(process.waitFor(RunningGateway.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(errors().lines()).singleElement().asString().startsWith(line);
        assertThat(process.exitValue()).isEqualTo(status);
        assertThat(process.inputReader().lines()).isEmpty();
    }

    @Test
    void printsItsHelp() throws Exception {
        Process process = process(Map.of(), "--help");

        String help = String.join("\n", process.inputReader().lines().toList());

        assertThat(process.waitFor()).isZero();
        for (Setting setting : Setting.values()) {
            assertThat(help).contains(setting + ", " + setting.flag());
        }
        assertThat(help).contains("X-Simulate", "cut=N", "POST /v1/chat/completions");
    }
}
