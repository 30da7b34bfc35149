package org.quotaledger.examples.gateway;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.pricing.PriceBook;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;

/** Serves what is charged for: estimates, reserves, forwards, settles. Thread-safe. */
final class CompletionsHandler implements HttpHandler {

    /** What is reserved for output where neither the request nor the model's price says how much there can be. */
    private static final long UNBOUNDED_OUTPUT = 4_096;

    private static final int MOST_TAG = 200;

    /** From a client: its own name for the request, kept with the charge. To the upstream and back: the reservation's id. */
    private static final String REQUEST_ID = "X-Request-Id";

    private static final HttpString REPLAYED = new HttpString("Idempotency-Replayed");

    private final Endpoint endpoint;
    private final Authentication authentication;
    private final QuotaLedger ledger;
    private final PriceBook prices;
    private final Upstream upstream;
    private final ClientRetries retries;
    private final int maxBodyBytes;
    private final Clock clock;

    CompletionsHandler(
            Endpoint endpoint,
            Authentication authentication,
            QuotaLedger ledger,
            PriceBook prices,
            Upstream upstream,
            ClientRetries retries,
            int maxBodyBytes,
            Clock clock) {
        this.endpoint = endpoint;
        this.authentication = authentication;
        this.ledger = ledger;
        this.prices = prices;
        this.upstream = upstream;
        this.retries = retries;
        this.maxBodyBytes = maxBodyBytes;
        this.clock = clock;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        AccountId account = authentication.account(exchange);
        RequestBody.read(exchange, maxBodyBytes, body -> serve(exchange, account, body));
    }

    private void serve(HttpServerExchange exchange, AccountId account, byte[] body) throws IOException {
        ModelRequest request = ModelRequest.of(endpoint, body, UNBOUNDED_OUTPUT);
        Quote quote = Quote.of(prices, request, clock.instant());

        ReserveRequest.Builder reserve = quote.reserve(account);
        Answers.header(exchange, REQUEST_ID)
                .filter(CompletionsHandler::canBeTag)
                .ifPresent(id -> reserve.tag("client-request-id", id));
        Optional<String> key = Answers.header(exchange, "Idempotency-Key");
        if (key.isPresent() && quote.isBilled()) {
            String hash = Secrets.sha256(body);
            ClientRetries.Attempt attempt = retries.attempt(account, key.get(), hash);
            if (attempt.answered() != null) {
                sendAgain(exchange, attempt.answered());
                return;
            }
            reserve.id(attempt.id()).tag(ClientRetries.BODY, hash);
        }
        serve(exchange, request, quote, reserve.build());
    }

    /**
     * The shape to copy: whatever happens in the block, the reservation is settled or released when it ends. A stream that
     * outlives the block takes the reservation over, and settles it when it ends itself.
     */
    private void serve(HttpServerExchange exchange, ModelRequest request, Quote quote, ReserveRequest reserve)
            throws IOException {
        try (OpenResources open = new OpenResources()) {
            Reservation hold = open.add(orThrow(ledger.reserve(reserve)));
            UpstreamAnswer answer = open.add(forward(exchange, request, hold));
            exchange.getResponseHeaders()
                    .put(new HttpString(REQUEST_ID), hold.id().value());
            if (!answer.ok()) {
                byte[] error = answer.readAll();
                hold.release();
                pass(exchange, answer, error);
            } else if (answer.isEventStream()) {
                EventRelay relay = new EventRelay(hold, quote, request.reportsUsage(), clock);
                stream(exchange, relay, answer, open);
            } else {
                byte[] whole = answer.readAll();
                Settlements.settle(hold, quote.bill(ReportedUsage.of(whole)));
                if (reserve.id().isPresent()) {
                    retries.keep(hold.id(), answer.contentType(), whole);
                }
                pass(exchange, answer, whole);
            }
        } // not settled: released
    }

    private static boolean canBeTag(String text) {
        return text.length() <= MOST_TAG && text.chars().noneMatch(c -> c < ' ' || c > '~');
    }

    /**
     * A hold that is replayed belongs to the request that made it: it must be neither forwarded nor closed here. One that
     * has ended is no permission to forward, and is declined.
     */
    private static Reservation orThrow(Admission admission) {
        if (admission instanceof Admission.Granted granted && granted.replayed() && !granted.ended()) {
            throw ClientRetries.running();
        }
        return admission.orThrow();
    }

    private UpstreamAnswer forward(HttpServerExchange exchange, ModelRequest request, Reservation hold) {
        String query = exchange.getQueryString();
        return upstream.post(
                endpoint.path() + (query.isEmpty() ? "" : "?" + query),
                exchange.getRequestHeaders(),
                hold.id().value(),
                request.body());
    }

    private static void pass(HttpServerExchange exchange, UpstreamAnswer answer, byte[] body) throws IOException {
        ForwardedHeaders.toClient(answer.headers(), exchange.getResponseHeaders());
        Answers.send(exchange, answer.status(), body);
    }

    private static void stream(HttpServerExchange exchange, EventRelay relay, UpstreamAnswer answer, OpenResources open)
            throws IOException {
        EventReader events = answer.events();
        // Before the first event an upstream that fails is still answered with a status, and charged nothing.
        EventReader.@Nullable Event first = events.next();
        ForwardedHeaders.toClient(answer.headers(), exchange.getResponseHeaders());
        exchange.setStatusCode(answer.status());
        relay.relay(first, events, new ClientSink(exchange), open.moved());
    }

    private static void sendAgain(HttpServerExchange exchange, ClientRetries.KeptAnswer answer) throws IOException {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, answer.type());
        exchange.getResponseHeaders().put(REPLAYED, "true");
        Answers.send(exchange, 200, answer.body());
    }
}
