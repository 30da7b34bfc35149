package org.quotaledger.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;

/** Clients that send or read slowly: they hold a connection, and no thread. */
@Timeout(120)
class GatewaySlowClientsTest {

    private static final String CHAT = Endpoint.CHAT_COMPLETIONS.path();
    private static final String BODY = RunningGateway.chatBody("demo-small", 10, "");
    private static final String STREAM = RunningGateway.chatBody("demo-small", 1, ",\"stream\":true");
    private static final Duration LONGEST = Duration.ofSeconds(60);

    /** An event of 64,000 bytes, so that a few fill every buffer between here and the client. */
    private static final String EVENT =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + "12345678".repeat(8_000) + "\"}}]}\n\n";

    private static final String DONE = "data: [DONE]\n\n";

    @TempDir
    private Path folder;

    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void leaveNoSocket() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private Socket connect(RunningGateway gateway) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.setReceiveBufferSize(4_096);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(Math.toIntExact(LONGEST.toMillis()));
        socket.connect(new InetSocketAddress("localhost", gateway.port()));
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    private static String head(RunningGateway gateway, String path, String... headers) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + gateway.demoKey() + "\r\n"
                + String.join("\r\n", headers) + "\r\n\r\n";
    }

    private static String length(String body) {
        return "Content-Length: " + body.length();
    }

    private static String firstLine(Socket socket) throws IOException {
        String line = reader(socket).readLine();
        return line == null ? "" : line;
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private static void assertServes(RunningGateway gateway) {
        HttpResponse<String> health = gateway.send(gateway.request("/healthz").timeout(LONGEST));
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(gateway.chat("demo-small", 10).statusCode()).isEqualTo(200);
    }

    @Test
    void servesOthersWhileThreeHundredClientsSendABodyByteByByte() throws IOException {
        try (RunningGateway gateway = RunningGateway.start()) {
            gateway.dailyLimit("100");
            for (int i = 0; i < 300; i++) {
                write(connect(gateway), head(gateway, CHAT, length(BODY)));
            }
            for (int sent = 0; sent < BODY.length() - 1; sent++) {
                for (Socket socket : sockets) {
                    write(socket, BODY.substring(sent, sent + 1));
                }
                if (sent % 20 == 0) {
                    assertServes(gateway);
                }
            }

            for (Socket socket : sockets) {
                write(socket, BODY.substring(BODY.length() - 1));
            }

            for (Socket socket : sockets) {
                assertThat(firstLine(socket)).isEqualTo("HTTP/1.1 200 OK");
            }
            assertThat(gateway.held()).isEqualTo("0");
        }
    }

    @Test
    void saysThatALengthBeyondALongIsInvalid() throws IOException {
        try (RunningGateway gateway = RunningGateway.start()) {
            for (String length : List.of(
                    "9223372036854775808",
                    "18446744073709551617",
                    "-1",
                    "+1",
                    "1 1",
                    "ten",
                    "",
                    "5\r\nContent-Length: 6")) {
                Socket socket = connect(gateway);

                write(socket, head(gateway, CHAT, "Content-Length: " + length));

                assertThat(firstLine(socket)).as(length).isEqualTo("HTTP/1.1 400 Bad Request");
            }
        }
    }

    private static ScriptedUpstream stream(String events) {
        return new ScriptedUpstream(200, Map.of("Content-Type", "text/event-stream"), events);
    }

    @Test
    void servesOthersWhileMoreClientsThanThreadsDoNotReadTheirStream() throws IOException {
        try (ScriptedUpstream upstream = stream(EVENT.repeat(100) + DONE);
                RunningGateway gateway = RunningGateway.start("--upstream-url", upstream.url(), "--threads", "16")) {
            gateway.dailyLimit("100000");
            for (int i = 0; i < 60; i++) {
                write(connect(gateway), head(gateway, CHAT, length(STREAM)) + STREAM);
            }
            for (Socket socket : sockets) {
                assertThat(socket.getInputStream().read()).isEqualTo('H');
            }

            HttpResponse<String> health =
                    gateway.send(gateway.request("/healthz").timeout(LONGEST));

            assertThat(health.statusCode()).isEqualTo(200);
            leaveNoSocket();
            Awaitility.await().atMost(LONGEST).until(() -> gateway.held().equals("0"));
            assertThat(gateway.ledger().admin().audit()).isEmpty();
        }
    }

    @Test
    void passesAllOnToAClientThatReadsSlowly() throws IOException {
        String events = EVENT.repeat(100) + DONE;
        try (ScriptedUpstream upstream = stream(events);
                RunningGateway gateway = RunningGateway.start("--upstream-url", upstream.url())) {
            gateway.dailyLimit("100000");
            Socket socket = connect(gateway);
            write(socket, head(gateway, CHAT, "Connection: close", length(STREAM)) + STREAM);

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4)).isEqualTo(events);
            assertThat(gateway.held()).isEqualTo("0");
        }
    }

    @Test
    void cutsOffAClientThatReadsNothingAndChargesWhatWasDelivered() throws IOException {
        try (ScriptedUpstream upstream = stream(EVENT.repeat(300));
                RunningGateway gateway =
                        RunningGateway.start("--upstream-url", upstream.url(), "--client-timeout-seconds", "1")) {
            gateway.dailyLimit("100000");
            write(connect(gateway), head(gateway, CHAT, length(STREAM)) + STREAM);

            Awaitility.await().atMost(LONGEST).until(() -> !gateway.used().equals("0"));

            assertThat(gateway.held()).isEqualTo("0");
            // 300 events of 16,000 tokens each would cost 480 usd.
            assertThat(gateway.daily().used()).isLessThan(Amount.of("480", Meter.USD));
            assertThat(gateway.ledger().admin().audit()).isEmpty();
        }
    }

    @Test
    void answersABodyThatDoesNotArriveInTime() throws IOException {
        try (RunningGateway gateway = RunningGateway.start("--client-timeout-seconds", "1")) {
            Socket read = connect(gateway);
            Socket unread = connect(gateway);

            write(read, head(gateway, CHAT, length(BODY)) + BODY.substring(1));
            write(unread, head(gateway, "/healthz", length(BODY)) + BODY.substring(1));

            assertThat(firstLine(read)).isEqualTo("HTTP/1.1 408 Request Time-out");
            // Answered without its body, which would still be waited for.
            assertThat(new String(unread.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 405 Method Not Allowed");
            assertThat(gateway.held()).isEqualTo("0");
        }
    }

    @Test
    void asksForABodyThatWaitsToBeAskedFor() throws IOException {
        try (RunningGateway gateway = RunningGateway.start()) {
            Socket socket = connect(gateway);
            write(socket, head(gateway, CHAT, length(BODY), "Expect: 100-continue"));
            BufferedReader answer = reader(socket);
            assertThat(answer.readLine()).isEqualTo("HTTP/1.1 100 Continue");
            assertThat(answer.readLine()).isEmpty();

            write(socket, BODY);

            assertThat(answer.readLine()).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void settlesTheStreamOfAClientThatDoesNotReadWhenItStops() throws IOException {
        try (ScriptedUpstream upstream = stream(EVENT.repeat(300))) {
            RunningGateway gateway = RunningGateway.start(
                    "--upstream-url",
                    upstream.url(),
                    "--shutdown-seconds",
                    "1",
                    "--client-timeout-seconds",
                    "300",
                    "--quota-db",
                    "jdbc:h2:file:" + folder.resolve("ledger"));
            gateway.dailyLimit("100000");
            Socket socket = connect(gateway);
            write(socket, head(gateway, CHAT, length(STREAM)) + STREAM);
            assertThat(socket.getInputStream().read()).isEqualTo('H');

            gateway.close();
        }

        try (RunningGateway again = RunningGateway.start("--quota-db", "jdbc:h2:file:" + folder.resolve("ledger"))) {
            assertThat(again.held()).isEqualTo("0");
            assertThat(again.used()).isNotEqualTo("0");
        }
    }
}
