package org.quotaledger.jdbc;

import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The prefix that the names of a ledger's tables, indexes and views start with, and the words of their database.
 * Thread-safe.
 */
final class TableNames {

    static final String DEFAULT_PREFIX = "quota_";

    private static final Pattern ALLOWED = Pattern.compile("[a-z][a-z0-9_]{0,30}");
    private static final Pattern WRITTEN = Pattern.compile("\\b" + DEFAULT_PREFIX);

    /** There are as many texts as the code has, and lists of as many lengths: few. */
    private final ConcurrentHashMap<String, String> texts = new ConcurrentHashMap<>();

    private final Dialect dialect;
    private final String prefix;
    private final boolean asWritten;

    TableNames(Dialect dialect, String prefix) {
        this.dialect = dialect;
        this.prefix = Objects.requireNonNull(prefix, "prefix");
        this.asWritten = prefix.equals(DEFAULT_PREFIX) && !dialect.hasOneWriter();
        if (!ALLOWED.matcher(prefix).matches()) {
            throw new IllegalArgumentException("table prefix is \"" + prefix
                    + "\": expected a lower-case letter, then at most 30 lower-case letters, digits or _");
        }
    }

    Dialect dialect() {
        return dialect;
    }

    /** Returns a statement that is written with the prefix {@code quota_}, with this one. */
    String in(String sql) {
        return asWritten ? sql : texts.computeIfAbsent(sql, this::translate);
    }

    private String translate(String sql) {
        return dialect.translate(WRITTEN.matcher(sql).replaceAll(prefix));
    }
}
