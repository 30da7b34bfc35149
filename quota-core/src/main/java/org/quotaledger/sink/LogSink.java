package org.quotaledger.sink;

import org.quotaledger.alert.Severity;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.json.EventJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events to the log, one line of JSON each: alerts that warn or press, exhausted limits and suspensions as
 * warnings, everything else as information. Thread-safe.
 */
public final class LogSink implements EventSink {

    /** The name of the logger unless told otherwise. */
    public static final String LOGGER = "org.quotaledger.events";

    private final Logger log;

    /** Makes a sink that writes to the logger {@value #LOGGER}. */
    public LogSink() {
        this(LOGGER);
    }

    /** Makes a sink that writes to the logger of this name. */
    public LogSink(String logger) {
        this.log = LoggerFactory.getLogger(logger);
    }

    @Override
    public void deliver(Delivery delivery) {
        if (warns(delivery.event())) {
            log.warn("{}", EventJson.write(delivery.event()));
        } else {
            log.info("{}", EventJson.write(delivery.event()));
        }
    }

    private static boolean warns(LedgerEvent event) {
        return switch (event.kind()) {
            case ALERT -> ((LedgerEvent.Alert) event).threshold().severity() != Severity.INFO;
            case EXHAUSTED, SUSPENDED -> true;
            case REFUSED, RESUMED, RESET, LIMIT_CHANGED, HOLD_EXPIRED -> false;
        };
    }
}
