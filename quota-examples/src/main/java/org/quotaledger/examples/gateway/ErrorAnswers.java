package org.quotaledger.examples.gateway;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.DeclinedException;
import org.quotaledger.reservation.QuotaRefusedException;
import org.quotaledger.spi.QuotaStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;

/**
 * Turns exceptions of a handler into answers. A refusal is 429 or 403 with the time to come back; an id that was used before
 * is 409 or 422. A caller's bug is 400 with the message. A store that fails is 503, and nothing passes unpaid.
 */
final class ErrorAnswers implements HttpHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);

    private final HttpHandler next;

    ErrorAnswers(HttpHandler next) {
        this.next = next;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        try {
            answer(exchange);
        } catch (IOException clientGone) {
            LOG.debug("answer could not be sent", clientGone);
            IoUtils.safeClose(exchange.getConnection());
        }
    }

    private void answer(HttpServerExchange exchange) throws IOException {
        try {
            next.handleRequest(exchange);
        } catch (QuotaRefusedException refused) {
            // Its text holds amounts: for the log, never for the client.
            LOG.info("{}", refused.getMessage());
            Answers.refusal(exchange, refused.refusal());
        } catch (GatewayError error) {
            if (error.status() >= 500) {
                LOG.warn("{} {}: {} {}", error.status(), error.code(), error.text(), String.valueOf(error.getCause()));
            }
            fail(exchange, error);
        } catch (DeclinedException declined) {
            LOG.info("{}", declined.getMessage());
            boolean ended = declined.declined() instanceof Declined.Ended;
            fail(exchange, ended ? ClientRetries.served() : ClientRetries.otherRequest());
        } catch (QuotaStoreException failed) {
            LOG.error("ledger is not available", failed);
            fail(exchange, GatewayError.unavailable("Quotas cannot be checked now.", failed));
        } catch (IOException clientGone) {
            throw clientGone;
        } catch (Exception bug) {
            LOG.error("request failed", bug);
            fail(exchange, GatewayError.internal(bug));
        }
    }

    private static void fail(HttpServerExchange exchange, GatewayError error) throws IOException {
        if (exchange.isResponseStarted()) {
            // The client has a part of an answer: only a broken connection can tell it that there is no more.
            IoUtils.safeClose(exchange.getConnection());
        } else {
            Answers.error(exchange, error);
        }
    }
}
