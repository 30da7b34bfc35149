package org.quotaledger.examples.gateway;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.UnbilledReason;

/** Serves the list of models: unbilled, so that a key which is over its budget gets it too, and a disabled one does not. */
final class ModelsHandler implements HttpHandler {

    static final String PATH = "/v1/models";

    private final Authentication authentication;
    private final QuotaLedger ledger;
    private final Upstream upstream;

    ModelsHandler(Authentication authentication, QuotaLedger ledger, Upstream upstream) {
        this.authentication = authentication;
        this.ledger = ledger;
        this.upstream = upstream;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws IOException {
        AccountId account = authentication.account(exchange);
        ReserveRequest unbilled = ReserveRequest.unbilled(account, UnbilledReason.UNBILLED)
                .tag("path", PATH)
                .build();
        try (Reservation passed = ledger.reserve(unbilled).orThrow();
                UpstreamAnswer answer = upstream.get(
                        PATH, exchange.getRequestHeaders(), passed.id().value())) {
            byte[] body = answer.readAll();
            ForwardedHeaders.toClient(answer.headers(), exchange.getResponseHeaders());
            Answers.send(exchange, answer.status(), body);
        }
    }
}
