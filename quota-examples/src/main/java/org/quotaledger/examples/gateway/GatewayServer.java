package org.quotaledger.examples.gateway;

import com.zaxxer.hikari.HikariDataSource;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.RoutingHandler;
import io.undertow.server.handlers.GracefulShutdownHandler;
import io.undertow.util.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.quotaledger.QuotaLedger;
import org.quotaledger.json.LiteLlmPrices;
import org.quotaledger.pricing.PriceBook;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.spi.QuotaStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.Options;

/** A running gateway: everything wired together, and taken apart in the reverse order. Thread-safe. */
final class GatewayServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);

    private static final Duration SWEEP_EVERY = Duration.ofSeconds(30);
    private static final int SWEEP_MOST = 1_000;
    private static final Duration LAST_SETTLEMENTS = Duration.ofSeconds(5);

    /** Bytes of a refused body that are read so that the client sees the answer rather than a broken connection. */
    private static final long DRAINED = 32L << 20;

    /** Bytes that the system keeps for a client that does not read: they count as delivered. */
    private static final int SEND_BUFFER = 256 << 10;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final GatewaySettings settings;
    private final PrintedKeys keys;
    private final QuotaLedger ledger;
    private final Upstream upstream;
    private final SlowClients clients;
    private final GracefulShutdownHandler running;
    private final Undertow server;

    private GatewayServer(GatewaySettings settings) throws StartException {
        this.settings = settings;
        try {
            PriceBook prices = prices(settings.prices());
            HikariDataSource database = opened(Database.open(settings.databaseUrl()));
            QuotaStore store = Database.store(database, settings.databaseUrl());
            ledger = opened(QuotaLedger.over(store));
            opened(Alerting.start(store, settings));
            keys = printedKeys(settings);
            ApiKeys apiKeys = apiKeys(database, keys);
            DemoAccounts.create(ledger.admin());
            URI url = settings.upstreamUrl().orElseGet(() -> simulated(prices));
            upstream = opened(new Upstream(url, settings.upstreamApiKey(), settings.upstreamTimeout()));
            sweep();
            clients = new SlowClients(settings.clientTimeout(), routes(prices, apiKeys));
            running = new GracefulShutdownHandler(Handlers.httpContinueRead(clients));
            server = server(running);
            opened(server::stop);
        } catch (QuotaStoreException failed) {
            closeAll();
            throw new StartException("cannot use the database", failed);
        } catch (StartException | RuntimeException failed) {
            closeAll();
            throw failed;
        }
    }

    /** Starts a gateway. */
    static GatewayServer start(GatewaySettings settings) throws StartException {
        return new GatewayServer(settings);
    }

    private <C extends AutoCloseable> C opened(C resource) {
        opened.push(resource);
        return resource;
    }

    private static PriceBook prices(Optional<Path> file) throws StartException {
        try (InputStream own = GatewayServer.class.getResourceAsStream("demo-prices.json")) {
            PriceBook prices = file.isPresent()
                    ? LiteLlmPrices.read(file.get())
                    : LiteLlmPrices.read(Objects.requireNonNull(own, "demo-prices.json"));
            // No prompt is empty: an upstream that reports zeros has not counted.
            return prices.toBuilder().zeroUsageIsMissing().build();
        } catch (IOException | RuntimeException failed) {
            throw new StartException(
                    "cannot read the prices " + file.map(Path::toString).orElse("of the demo"), failed);
        }
    }

    private static PrintedKeys printedKeys(GatewaySettings settings) throws StartException {
        Path file = settings.keyFile();
        try {
            PrintedKeys kept = PrintedKeys.keptIn(file);
            return new PrintedKeys(kept.demo(), settings.adminKey().orElse(kept.admin()));
        } catch (IOException failed) {
            throw new StartException("cannot keep the demo key in " + file, failed);
        }
    }

    private static ApiKeys apiKeys(HikariDataSource database, PrintedKeys keys) throws StartException {
        try {
            ApiKeys apiKeys = ApiKeys.open(database);
            apiKeys.add(keys.demo(), DemoAccounts.DEMO);
            return apiKeys;
        } catch (SQLException failed) {
            throw new StartException("cannot keep keys in the database", failed);
        }
    }

    private URI simulated(PriceBook prices) {
        Set<String> models = new TreeSet<>(prices.models());
        models.add("demo-unpriced");
        return opened(SimulatedUpstream.start(models, settings.threads())).url();
    }

    /** Right answers never wait for it: it writes down which holds have expired, and forgets old ids. */
    private void sweep() {
        ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "sweeper");
            thread.setDaemon(true);
            return thread;
        });
        ScheduledFuture<?> sweeps = sweeper.scheduleWithFixedDelay(
                () -> {
                    try {
                        ledger.admin().sweep(SWEEP_MOST);
                    } catch (RuntimeException failed) {
                        // Thrown on, it would end the schedule. The next one does what this one could not.
                        LOG.warn("sweep failed: {}", failed.getMessage());
                    }
                },
                SWEEP_EVERY.toMillis(),
                SWEEP_EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
        opened(() -> {
            sweeps.cancel(false);
            sweeper.shutdown();
            sweeper.awaitTermination(LAST_SETTLEMENTS.toMillis(), TimeUnit.MILLISECONDS);
        });
    }

    private HttpHandler routes(PriceBook prices, ApiKeys apiKeys) {
        Clock clock = Clock.systemUTC();
        Authentication authentication = new Authentication(apiKeys, keys.admin());
        ClientRetries retries = new ClientRetries(ledger, clock);
        RoutingHandler routes = Handlers.routing();
        for (Endpoint endpoint : Endpoint.values()) {
            routes.post(
                    endpoint.path(),
                    new CompletionsHandler(
                            endpoint,
                            authentication,
                            ledger,
                            prices,
                            upstream,
                            retries,
                            settings.maxBodyBytes(),
                            clock));
        }
        routes.get(ModelsHandler.PATH, new ModelsHandler(authentication, ledger, upstream));
        new AdminHandler(authentication, ledger, clock).route(routes);
        new ReportHandler(authentication, ledger).route(routes);
        routes.get("/healthz", exchange -> {
            ledger.admin().policies(null, 1);
            Answers.json(exchange, 200, Json.object().put("status", "ok"));
        });
        routes.setFallbackHandler(exchange -> {
            throw GatewayError.invalid(404, "not_found", "There is nothing here.");
        });
        routes.setInvalidMethodHandler(exchange -> {
            exchange.getResponseHeaders().put(Headers.ALLOW, allowed(exchange.getRelativePath()));
            throw GatewayError.invalid(405, "method_not_allowed", "This cannot be done here.");
        });
        return routes;
    }

    private static String allowed(String path) {
        if (Arrays.stream(Endpoint.values())
                .anyMatch(endpoint -> endpoint.path().equals(path))) {
            return "POST";
        }
        if (path.endsWith("/reset") || path.endsWith("/suspend") || path.endsWith("/resume")) {
            return "POST";
        }
        return path.contains("/limits/") ? "PUT" : "GET";
    }

    private Undertow server(HttpHandler handler) throws StartException {
        // Longer than any request waits for the upstream or for its client.
        Duration idleTimeout = settings.upstreamTimeout().multipliedBy(2).plusMinutes(1);
        Undertow undertow = Undertow.builder()
                .addHttpListener(settings.port(), settings.host())
                .setWorkerThreads(settings.threads())
                // The server frees direct ones in a way that newer JDKs warn of.
                .setDirectBuffers(false)
                .setSocketOption(Options.SEND_BUFFER, SEND_BUFFER)
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, settings.maxBodyBytes() + DRAINED)
                .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, 10_000)
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, 60_000)
                .setServerOption(UndertowOptions.SHUTDOWN_TIMEOUT, Math.toIntExact(LAST_SETTLEMENTS.toMillis()))
                .setServerOption(UndertowOptions.IDLE_TIMEOUT, Math.toIntExact(idleTimeout.toMillis()))
                .setHandler(handler)
                .build();
        try {
            undertow.start();
            return undertow;
        } catch (RuntimeException failed) {
            throw new StartException("cannot listen on " + settings.host() + ":" + settings.port(), failed);
        }
    }

    /** Returns the port it listens on. */
    int port() {
        return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    }

    QuotaLedger ledger() {
        return ledger;
    }

    PrintedKeys keys() {
        return keys;
    }

    /**
     * Answers new requests with 503, lets running ones end for as long as set, breaks off streams that have not (they are
     * charged for what was delivered), and closes all.
     */
    @Override
    public void close() {
        running.shutdown();
        try {
            if (!running.awaitShutdown(settings.shutdownTimeout().toMillis())) {
                upstream.close();
                clients.close();
                running.awaitShutdown(LAST_SETTLEMENTS.toMillis());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        closeAll();
    }

    private void closeAll() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception failed) {
                LOG.warn("not closed cleanly: {}", failed.getMessage());
            }
        }
    }
}
