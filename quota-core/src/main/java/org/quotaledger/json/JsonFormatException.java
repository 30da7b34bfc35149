package org.quotaledger.json;

/**
 * A JSON document is malformed, or a value in it is not what it must be.
 *
 * <p>The message starts with the {@linkplain #path path} of the value, or with line and column if the document cannot be
 * parsed at that place, then says what was found and what is expected.
 */
public final class JsonFormatException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String path;

    JsonFormatException(String path, String problem) {
        super(path.isEmpty() ? problem : path + ": " + problem);
        this.path = path;
    }

    /** @param problem names the path itself */
    JsonFormatException(String path, String problem, Throwable cause) {
        super(problem, cause);
        this.path = path;
    }

    JsonFormatException(String problem, Throwable cause) {
        super(problem, cause);
        this.path = "";
    }

    /**
     * Returns the place of the wrong value, such as {@code gpt-4o.input_cost_per_token} or {@code limits[1].window};
     * empty for the document as a whole. A key that is not made of letters, digits, {@code _} and {@code -} stands in brackets and quotes:
     * {@code ["gpt-4.1"].input_cost_per_token}.
     */
    public String path() {
        return path;
    }
}
