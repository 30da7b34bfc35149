package org.quotaledger.examples.gateway;

import java.net.URI;
import org.quotaledger.EventDelivery;
import org.quotaledger.sink.EventSink;
import org.quotaledger.sink.LogSink;
import org.quotaledger.sink.WebhookSink;
import org.quotaledger.spi.QuotaStore;

/** Delivers alerts and all other events: to the log, and to a webhook if one is set. */
final class Alerting {

    private Alerting() {}

    /**
     * Starts the delivery. Gateways that share a store share its events: each is delivered by one of them.
     *
     * @throws StartException if the webhook is not as allowed
     */
    static EventDelivery start(QuotaStore store, GatewaySettings settings) throws StartException {
        EventDelivery delivery = EventDelivery.builder(store, sink(settings)).build();
        delivery.start();
        return delivery;
    }

    private static EventSink sink(GatewaySettings settings) throws StartException {
        EventSink log = new LogSink();
        if (settings.webhookUrl().isEmpty()) {
            return log;
        }
        URI url = settings.webhookUrl().get();
        try {
            // The webhook last: if it fails, the event comes again, and stands in the log once more.
            return EventSink.all(
                    log, WebhookSink.builder(url, settings.webhookSecret()).build());
        } catch (IllegalArgumentException notAllowed) {
            throw new StartException("cannot post to the webhook", notAllowed);
        }
    }
}
