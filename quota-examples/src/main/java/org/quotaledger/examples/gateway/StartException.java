package org.quotaledger.examples.gateway;

/** The gateway cannot start; the message says why in one line. */
final class StartException extends Exception {

    private static final long serialVersionUID = 1L;

    StartException(String message, Throwable cause) {
        super(message + ": " + reason(cause), cause);
    }

    StartException(String message) {
        super(message);
    }

    private static String reason(Throwable cause) {
        Throwable first = cause;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        String message = first.getMessage();
        return (message == null ? first.getClass().getSimpleName() : message)
                .lines()
                .findFirst()
                .orElse("");
    }
}
