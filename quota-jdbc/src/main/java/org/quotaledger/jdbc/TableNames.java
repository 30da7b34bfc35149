package org.quotaledger.jdbc;

import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The schema that a ledger's tables are in, the prefix that the names of its tables, indexes and views start with, and the
 * words of their database. Thread-safe.
 */
final class TableNames {

    static final String DEFAULT_PREFIX = "quota_";

    private static final Pattern ALLOWED = Pattern.compile("[a-z][a-z0-9_]{0,30}");
    private static final Pattern WRITTEN = Pattern.compile("(INDEX (?:IF NOT EXISTS )?)?\\b" + DEFAULT_PREFIX);

    /** There are as many texts as the code has, and lists of as many lengths: few. */
    private final ConcurrentHashMap<String, String> texts = new ConcurrentHashMap<>();

    private final Dialect dialect;
    private final @Nullable String schemaName;
    private final String prefix;
    private final boolean asWritten;

    /** @param schemaName {@code null} for the one that connections are in */
    TableNames(Dialect dialect, @Nullable String schemaName, String prefix) {
        this.dialect = dialect;
        this.schemaName = schemaName;
        this.prefix = Objects.requireNonNull(prefix, "prefix");
        this.asWritten = schemaName == null && prefix.equals(DEFAULT_PREFIX) && !dialect.hasOneWriter();
        check("table prefix", prefix);
        if (schemaName != null) {
            check("schema name", schemaName);
            dialect.requireSchemas(schemaName);
        }
    }

    private static void check(String what, String name) {
        if (!ALLOWED.matcher(name).matches()) {
            throw new IllegalArgumentException(what + " is \"" + name
                    + "\": expected a lower-case letter, then at most 30 lower-case letters, digits or _");
        }
    }

    TableNames withPrefix(String other) {
        return new TableNames(dialect, schemaName, other);
    }

    TableNames inSchema(String other) {
        return new TableNames(dialect, Objects.requireNonNull(other, "schemaName"), prefix);
    }

    Dialect dialect() {
        return dialect;
    }

    @Nullable
    String schemaName() {
        return schemaName;
    }

    /** Returns a name that is written with the prefix {@code quota_}, with this one, and without the schema. */
    String simple(String name) {
        return prefix + name.substring(DEFAULT_PREFIX.length());
    }

    /** Returns a statement that is written with the prefix {@code quota_}, with these names. */
    String in(String sql) {
        return asWritten ? sql : texts.computeIfAbsent(sql, this::translate);
    }

    private String translate(String sql) {
        String qualified = schemaName == null ? prefix : schemaName + "." + prefix;
        // An index is in the schema of its table anyway; to say so is required in some places and refused in others.
        String ofIndex = dialect.qualifiesIndexes() ? qualified : prefix;
        return dialect.translate(WRITTEN.matcher(sql)
                .replaceAll(found ->
                        Matcher.quoteReplacement(found.group(1) == null ? qualified : found.group(1) + ofIndex)));
    }
}
