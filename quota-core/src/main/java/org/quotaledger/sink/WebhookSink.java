package org.quotaledger.sink;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.quotaledger.json.EventJson;

/**
 * Posts events as JSON to a URL, signed. Thread-safe.
 *
 * <p>An event has arrived when the answer's status is 200 to 299; everything else is a failure, so that it comes again. A
 * redirect is never followed: the event, and what it tells of accounts, goes to this URL only.
 *
 * <p>Every request has the headers {@value #ID}, the event's id; {@value #ATTEMPT}, from 1; {@value #TIME}, the seconds
 * since 1970 at which it was signed; and {@value #SIGNATURE}: {@code v1=} and, in hexadecimal, the HMAC-SHA256 by the
 * secret of the time, a dot and the body. A receiver that computes the same, and finds the time to be recent, knows that
 * nobody else sent it.
 */
public final class WebhookSink implements EventSink {

    /** The header with the event's id, the same in every attempt. */
    public static final String ID = "Quota-Event-Id";

    /** The header that counts the attempts. */
    public static final String ATTEMPT = "Quota-Event-Attempt";

    /** The header with the time that was signed, in seconds since 1970. */
    public static final String TIME = "Quota-Event-Time";

    /** The header with the signature. */
    public static final String SIGNATURE = "Quota-Event-Signature";

    private static final int MIN_SECRET = 16;

    private final URI url;
    private final SecretKeySpec secret;
    private final Duration timeout;
    private final HttpClient client;

    private WebhookSink(Builder builder) {
        this.url = builder.url;
        this.secret = new SecretKeySpec(builder.secret, "HmacSHA256");
        this.timeout = builder.timeout;
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
    }

    /**
     * Returns a builder of a sink.
     *
     * @param url where to post to, with the scheme http or https
     * @param secret what the receiver knows too, at least 16 bytes in UTF-8
     * @throws IllegalArgumentException if one of them is not as allowed
     */
    public static Builder builder(URI url, String secret) {
        return new Builder(url, secret);
    }

    @Override
    public void deliver(Delivery delivery) throws IOException, InterruptedException {
        String body = EventJson.write(delivery.event());
        String time = Long.toString(delivery.at().getEpochSecond());
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .header(ID, delivery.event().id().toString())
                .header(ATTEMPT, Integer.toString(delivery.attempt()))
                .header(TIME, time)
                .header(SIGNATURE, "v1=" + signature(time, body))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        int status = status(request);
        if (status < 200 || status > 299) {
            throw new IOException("webhook " + url.getHost() + " answered " + status + ": expected 200 to 299");
        }
    }

    /** The timeout of a request ends with the head of the answer; a body that never ends must not hold us either. */
    private int status(HttpRequest request) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<Void>> answer =
                client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS).statusCode();
        } catch (TimeoutException late) {
            throw new IOException("webhook " + url.getHost() + " has not answered within " + timeout, late);
        } catch (ExecutionException failed) {
            throw new IOException("webhook " + url.getHost() + " was not reached: " + failed.getCause(), failed);
        } finally {
            answer.cancel(true);
        }
    }

    private String signature(String time, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            return HexFormat.of().formatHex(mac.doFinal((time + "." + body).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform knows HmacSHA256", impossible);
        }
    }

    /** Builds a sink. Not thread-safe. */
    public static final class Builder {

        private final URI url;
        private final byte[] secret;
        private Duration timeout = Duration.ofSeconds(10);

        private Builder(URI url, String secret) {
            this.url = Objects.requireNonNull(url, "url");
            this.secret = secret.getBytes(StandardCharsets.UTF_8);
            String scheme = url.getScheme();
            if (scheme == null
                    || url.getHost() == null
                    || !(scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"))) {
                throw new IllegalArgumentException(
                        "url of the webhook is " + url + ": expected http or https, and a host");
            }
            if (this.secret.length < MIN_SECRET) {
                throw new IllegalArgumentException("secret of the webhook has " + this.secret.length
                        + " bytes: expected " + MIN_SECRET + " or more");
            }
        }

        /** How long an answer may take; 1 millisecond to 5 minutes, default 10 seconds. */
        public Builder timeout(Duration value) {
            if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(Duration.ofMinutes(5)) > 0) {
                throw new IllegalArgumentException(
                        "timeout of the webhook is " + value + ": expected 1 millisecond to 5 minutes");
            }
            timeout = value;
            return this;
        }

        /** Returns the sink. */
        public WebhookSink build() {
            return new WebhookSink(this);
        }
    }
}
