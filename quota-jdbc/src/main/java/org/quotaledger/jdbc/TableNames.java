package org.quotaledger.jdbc;

import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The prefix that the names of a ledger's tables, indexes and views start with. Immutable and thread-safe. */
final class TableNames {

    static final String DEFAULT_PREFIX = "quota_";

    private static final Pattern ALLOWED = Pattern.compile("[a-z][a-z0-9_]{0,30}");
    private static final Pattern WRITTEN = Pattern.compile("\\b" + DEFAULT_PREFIX);

    /** There are as many texts as the code has, and lists of as many lengths: few. */
    private final ConcurrentHashMap<String, String> texts = new ConcurrentHashMap<>();

    private final String prefix;

    TableNames(String prefix) {
        this.prefix = Objects.requireNonNull(prefix, "prefix");
        if (!ALLOWED.matcher(prefix).matches()) {
            throw new IllegalArgumentException("table prefix is \"" + prefix
                    + "\": expected a lower-case letter, then at most 30 lower-case letters, digits or _");
        }
    }

    /** Returns a statement that is written with the prefix {@code quota_}, with this one. */
    String in(String sql) {
        return prefix.equals(DEFAULT_PREFIX)
                ? sql
                : texts.computeIfAbsent(sql, text -> WRITTEN.matcher(text).replaceAll(prefix));
    }
}
