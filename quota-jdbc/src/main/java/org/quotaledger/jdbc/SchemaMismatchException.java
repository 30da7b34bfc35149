package org.quotaledger.jdbc;

import java.util.List;

/** The tables are not what this release of the store needs. Nothing was changed. */
public final class SchemaMismatchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> differences;

    SchemaMismatchException(List<String> differences) {
        super("schema is not as expected: " + String.join("; ", differences));
        this.differences = List.copyOf(differences);
    }

    /** Returns what differs, each naming a table or column, what it is and what was expected. */
    public List<String> differences() {
        return differences == null ? List.of(String.valueOf(getMessage())) : differences;
    }
}
