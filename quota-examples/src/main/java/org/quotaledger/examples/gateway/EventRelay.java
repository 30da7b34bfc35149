package org.quotaledger.examples.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.quotaledger.pricing.TokenUsage;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.spi.QuotaStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes a stream on and charges for it. For one stream, and one thread at a time: it waits for the upstream on a worker,
 * and for the client on none.
 *
 * <ul>
 *   <li>The upstream reports the usage in an event near the end: that is charged, before the last event is passed on.
 *   <li>The client goes away, or the upstream breaks off or reports no usage that can be true. Then the prompt and the output
 *       that was passed on are charged, counted by {@link RoughTokens}.
 *   <li>Meanwhile what was passed on is reported as progress, once a second: if this process dies, the hold's expiry
 *       charges that. A stream that outlives its hold has it extended.
 * </ul>
 */
final class EventRelay {

    private static final Logger LOG = LoggerFactory.getLogger(EventRelay.class);

    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(1);
    private static final Duration TIME_TO_LIVE = Duration.ofMinutes(10);

    private final Reservation hold;
    private final Quote quote;
    private final boolean passUsage;
    private final Clock clock;

    private RoughTokens delivered = RoughTokens.NONE;
    private @Nullable TokenUsage reported;
    private Instant nextProgress;
    private Instant nextExtension;
    private boolean settled;

    /** @param passUsage whether the client asked for the event that tells the usage */
    EventRelay(Reservation hold, Quote quote, boolean passUsage, Clock clock) {
        this.hold = hold;
        this.quote = quote;
        this.passUsage = passUsage;
        this.clock = clock;
        nextProgress = clock.instant();
        nextExtension = nextProgress.plus(TIME_TO_LIVE.dividedBy(2));
    }

    /**
     * Passes all events on, and settles; goes on later where the client does not read for now.
     *
     * @param first the first event, {@code null} if there is none
     * @param open closed at the end
     */
    void relay(EventReader.@Nullable Event first, EventReader events, ClientSink client, OpenResources open) {
        relay(() -> first, events, client, open);
    }

    private void relay(
            Supplier<EventReader.@Nullable Event> next, EventReader events, ClientSink client, OpenResources open) {
        boolean ended = true;
        try {
            client.requireClient();
            EventReader.@Nullable Event event = next.get();
            while (event != null && pass(event, client)) {
                event = events.next();
            }
            ended = event == null;
        } catch (GatewayError upstreamFailed) {
            LOG.warn("stream of {} broke off: {}", hold.id(), String.valueOf(upstreamFailed.getCause()));
            settle();
            tell(upstreamFailed, client);
        } catch (IOException clientGone) {
            LOG.info("client of {} went away", hold.id());
        } finally {
            if (ended) {
                try (open) {
                    settle();
                }
            }
        }
        if (!ended) {
            client.whenRead(onWorker -> relay(events::next, events, client, open));
        }
    }

    /** Returns whether the client took all of it. */
    private boolean pass(EventReader.Event event, ClientSink client) throws IOException {
        JsonNode json = json(event);
        Optional<TokenUsage> usage = ReportedUsage.of(json);
        usage.ifPresent(said -> reported = said);
        if (event.isDone()) {
            settle();
        }
        boolean onlyUsage = usage.isPresent() && json.path("choices").isEmpty();
        boolean taken = (onlyUsage && !passUsage) || client.write(event.raw());
        for (JsonNode choice : json.path("choices")) {
            delivered = delivered.plus(RoughTokens.of(choice.path("delta")));
        }
        reportProgress();
        return taken;
    }

    private static JsonNode json(EventReader.Event event) {
        try {
            return event.data().startsWith("{") ? Json.parse(event.data()) : MissingNode.getInstance();
        } catch (JsonProcessingException notOurs) {
            return MissingNode.getInstance();
        }
    }

    private void reportProgress() {
        Instant now = clock.instant();
        if (settled || now.isBefore(nextProgress)) {
            return;
        }
        nextProgress = now.plus(PROGRESS_EVERY);
        try {
            quote.chargeDelivered(delivered).ifPresent(hold::progress);
            if (!now.isBefore(nextExtension)) {
                nextExtension = now.plus(TIME_TO_LIVE.dividedBy(2));
                hold.extend(TIME_TO_LIVE);
            }
        } catch (QuotaStoreException failed) {
            // Nothing is lost yet: the next report says it all again, and so does the settle.
            LOG.warn("progress of {} not kept: {}", hold.id(), failed.getMessage());
        }
    }

    private void settle() {
        if (!settled) {
            settled = true;
            Bill bill = quote.bill(Optional.ofNullable(reported));
            // The output that was passed on is known without the upstream.
            Settlements.settle(hold, bill instanceof Bill.Unbilled ? quote.billDelivered(delivered) : bill);
        }
    }

    /** The status is long gone: an event says what happened, and there is no event that says that all is done. */
    private static void tell(GatewayError error, ClientSink client) {
        try {
            if (!client.write(("data: " + Answers.openAi(error) + "\n\n").getBytes(StandardCharsets.UTF_8))) {
                client.whenRead(allWasRead -> {});
            }
        } catch (IOException clientGoneToo) {
            LOG.debug("nobody left to tell", clientGoneToo);
        }
    }
}
