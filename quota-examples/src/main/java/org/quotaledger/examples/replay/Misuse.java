package org.quotaledger.examples.replay;

/** What was asked for makes no sense, or cannot be read; the message is for whoever asked. */
final class Misuse extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Misuse(String message) {
        super(message);
    }
}
