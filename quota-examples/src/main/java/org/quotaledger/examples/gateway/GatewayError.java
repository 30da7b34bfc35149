package org.quotaledger.examples.gateway;

import org.jspecify.annotations.Nullable;

/** A request that the gateway answers itself, with an error that the client may see. */
final class GatewayError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String type;
    private final String code;

    private GatewayError(int status, String type, String code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
        this.type = type;
        this.code = code;
    }

    /** Returns the error of a request that is not as it must be. */
    static GatewayError invalid(String message) {
        return invalid(400, "invalid_request", message);
    }

    /** Returns the error of a request that is not as it must be, with a status and code of its own. */
    static GatewayError invalid(int status, String code, String message) {
        return new GatewayError(status, "invalid_request_error", code, message, null);
    }

    /** Returns the error of a key that is missing or unknown. */
    static GatewayError unauthorized(String message) {
        return new GatewayError(401, "invalid_request_error", "invalid_api_key", message, null);
    }

    /** Returns the error of an upstream that cannot be reached or breaks off. */
    static GatewayError badGateway(String message, @Nullable Throwable cause) {
        return new GatewayError(502, "upstream_error", "upstream_failed", message, cause);
    }

    /** Returns the error of an upstream that does not answer in time. */
    static GatewayError timeout(@Nullable Throwable cause) {
        return new GatewayError(
                504, "upstream_error", "upstream_timeout", "The upstream did not answer in time.", cause);
    }

    /** Returns the error of a gateway that cannot serve now. */
    static GatewayError unavailable(String message, @Nullable Throwable cause) {
        return new GatewayError(503, "server_error", "service_unavailable", message, cause);
    }

    /** Returns the error of a gateway that has a bug. */
    static GatewayError internal(Throwable cause) {
        return new GatewayError(500, "server_error", "internal_error", "The gateway failed.", cause);
    }

    int status() {
        return status;
    }

    String type() {
        return type;
    }

    String code() {
        return code;
    }

    /** Returns what the client is told. */
    String text() {
        String message = getMessage();
        return message == null ? code : message;
    }
}
