package org.quotaledger.alert;

/** How much an alert presses. */
public enum Severity {
    /** Worth knowing. */
    INFO,
    /** Somebody should look. */
    WARNING,
    /** Somebody should act. */
    URGENT
}
