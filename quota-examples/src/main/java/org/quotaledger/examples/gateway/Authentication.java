package org.quotaledger.examples.gateway;

import io.undertow.server.HttpServerExchange;
import java.util.Locale;
import java.util.Optional;
import org.quotaledger.account.AccountId;

/** Who sends a request. Never logs a key. Thread-safe. */
final class Authentication {

    private static final String SCHEME = "bearer ";

    private final ApiKeys keys;
    private final String adminHash;

    Authentication(ApiKeys keys, String adminKey) {
        this.keys = keys;
        adminHash = Secrets.sha256(adminKey);
    }

    /**
     * Returns the account of the request's key.
     *
     * @throws GatewayError with status 401 if there is no key or it is unknown
     */
    AccountId account(HttpServerExchange exchange) {
        String key = bearer(exchange)
                .orElseThrow(() -> GatewayError.unauthorized("Send your key as Authorization: Bearer KEY."));
        return keys.account(key).orElseThrow(() -> GatewayError.unauthorized("The key is not known."));
    }

    /** @throws GatewayError with status 401 if the request's key is not the admin key */
    void requireAdmin(HttpServerExchange exchange) {
        String key = bearer(exchange).orElse("");
        if (!Secrets.sameHash(Secrets.sha256(key), adminHash)) {
            throw GatewayError.unauthorized("Send the admin key as Authorization: Bearer KEY.");
        }
    }

    private static Optional<String> bearer(HttpServerExchange exchange) {
        return Answers.header(exchange, "Authorization")
                .filter(value -> value.toLowerCase(Locale.ROOT).startsWith(SCHEME))
                .map(value -> value.substring(SCHEME.length()).strip())
                .filter(key -> !key.isEmpty());
    }
}
