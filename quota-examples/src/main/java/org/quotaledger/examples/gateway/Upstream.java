package org.quotaledger.examples.gateway;

import io.undertow.util.HeaderMap;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/** The service behind the gateway. Thread-safe. */
final class Upstream implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final URI base;
    private final Optional<String> apiKey;
    private final Duration timeout;
    private final HttpClient client;

    /** How to break off each request that is under way. */
    private final Set<Runnable> running = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    /** @param timeout the longest wait for an answer's headers, and for each next part of its body */
    Upstream(URI base, Optional<String> apiKey, Duration timeout) {
        this.base = base;
        this.apiKey = apiKey;
        this.timeout = timeout;
        client = HttpClient.newBuilder()
                .connectTimeout(timeout.compareTo(CONNECT_TIMEOUT) < 0 ? timeout : CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                // An upgrade from clear HTTP/1.1 makes more trouble than it saves.
                .version(base.getScheme().equals("https") ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                .build();
    }

    /** Forwards a request that has no body; see {@link #post}. */
    UpstreamAnswer get(String pathAndQuery, HeaderMap headers, String requestId) {
        return send(request(pathAndQuery, headers, requestId).GET().build());
    }

    /**
     * Forwards a request and returns when the answer's headers are there.
     *
     * @throws GatewayError with status 502 if there is no answer, 504 if it is not there in time
     */
    UpstreamAnswer post(String pathAndQuery, HeaderMap headers, String requestId, byte[] body) {
        return send(request(pathAndQuery, headers, requestId)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build());
    }

    private HttpRequest.Builder request(String pathAndQuery, HeaderMap headers, String requestId) {
        HttpRequest.Builder request;
        try {
            request = HttpRequest.newBuilder(URI.create(base + pathAndQuery)).timeout(timeout);
            ForwardedHeaders.toUpstream(headers, request);
        } catch (IllegalArgumentException notHttp) {
            throw GatewayError.invalid("The query or a header cannot be forwarded: " + notHttp.getMessage());
        }
        request.setHeader("X-Request-Id", requestId);
        apiKey.ifPresent(key -> request.setHeader("Authorization", "Bearer " + key));
        return request;
    }

    private UpstreamAnswer send(HttpRequest request) {
        HttpResponse<UpstreamBody> response = await(client.sendAsync(request, head -> new UpstreamBody(timeout)));
        UpstreamBody body = response.body();
        Runnable breakOff = () -> body.abort("the gateway is stopping");
        onClose(breakOff);
        UpstreamAnswer answer =
                new UpstreamAnswer(response.statusCode(), response.headers(), body, () -> running.remove(breakOff));
        if (answer.status() == 401) {
            // It is the gateway's key that was refused: the client's is good, and must not seem to be bad.
            answer.close();
            throw GatewayError.badGateway("The upstream refuses the gateway's key.", null);
        }
        return answer;
    }

    private <T> T await(CompletableFuture<T> response) {
        Runnable cancel = () -> response.cancel(true);
        onClose(cancel);
        try {
            return response.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw GatewayError.badGateway("The gateway is stopping.", interrupted);
        } catch (CancellationException stopping) {
            throw GatewayError.badGateway("The gateway is stopping.", stopping);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof HttpTimeoutException) {
                throw GatewayError.timeout(failed);
            }
            throw GatewayError.badGateway(
                    closed ? "The gateway is stopping." : "The upstream cannot be reached.", failed);
        } finally {
            running.remove(cancel);
        }
    }

    private void onClose(Runnable action) {
        running.add(action);
        if (closed) {
            action.run();
        }
    }

    /** Breaks off every request that is under way. */
    @Override
    public void close() {
        closed = true;
        running.forEach(Runnable::run);
    }
}
