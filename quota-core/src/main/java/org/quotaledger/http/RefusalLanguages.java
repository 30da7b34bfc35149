package org.quotaledger.http;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.text.Format;
import java.text.MessageFormat;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The languages in which there are texts for clients: those of the files {@code refusal_LANGUAGE.properties} in
 * {@code META-INF/quota-ledger}, of this library and of its host alike. Each file is UTF-8; what it lacks is taken from
 * the English one. Immutable and thread-safe.
 *
 * <p>The folder is one that no module encapsulates, so that a host's file is found on the class path and on the module
 * path.
 */
final class RefusalLanguages {

    private static final Logger LOG = LoggerFactory.getLogger(RefusalLanguages.class);
    private static final Set<String> PATTERNS_OF_TIME = Set.of("time", "date");
    private static final ZonedDateTime SOME_TIME = Instant.EPOCH.atZone(ZoneOffset.UTC);

    /**
     * Read once, for the languages of ISO 639 and no others: what a client asks for must neither search the class path nor
     * fill memory.
     */
    static final RefusalLanguages FOUND = read(RefusalLanguages.class.getClassLoader());

    private final Map<String, Properties> texts;
    private final List<Locale> locales;

    private RefusalLanguages(Map<String, Properties> texts) {
        this.texts = Map.copyOf(texts);
        List<Locale> sorted = new ArrayList<>();
        texts.keySet().stream().sorted().forEach(language -> sorted.add(Locale.forLanguageTag(language)));
        this.locales = List.copyOf(sorted);
    }

    static RefusalLanguages read(ClassLoader loader) {
        Properties english = Objects.requireNonNull(read(loader, Locale.ENGLISH.getLanguage(), null));
        Map<String, Properties> texts = new HashMap<>();
        for (String language : Locale.getISOLanguages()) {
            Properties read = read(loader, language, english);
            if (read != null) {
                texts.put(language, read);
            }
        }
        return new RefusalLanguages(texts);
    }

    private static @Nullable Properties read(ClassLoader loader, String language, @Nullable Properties english) {
        URL file = loader.getResource("META-INF/quota-ledger/refusal_" + language + ".properties");
        if (file == null) {
            return null;
        }
        Properties read = new Properties(english);
        try (Reader reader = new InputStreamReader(file.openStream(), StandardCharsets.UTF_8)) {
            read.load(reader);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + file, unreadable);
        }
        read.stringPropertyNames().forEach(key -> dropIfMalformed(read, key, Locale.forLanguageTag(language), file));
        return read;
    }

    /** A slip in one text must not keep a refusal from being told. */
    private static void dropIfMalformed(Properties texts, String key, Locale language, URL file) {
        String text = texts.getProperty(key);
        try {
            if (PATTERNS_OF_TIME.contains(key)) {
                DateTimeFormatter.ofPattern(text, language).formatTo(SOME_TIME, new StringBuilder());
            } else {
                MessageFormat format = new MessageFormat(text, language);
                for (Format value : format.getFormatsByArgumentIndex()) {
                    if (value != null) {
                        throw new IllegalArgumentException("values are texts, and are not formatted: " + text);
                    }
                }
            }
        } catch (IllegalArgumentException | DateTimeException malformed) {
            LOG.warn("text {} of {} is malformed: the English one stands in for it", key, file, malformed);
            texts.remove(key);
        }
    }

    /** Returns the languages, by their codes. */
    List<Locale> locales() {
        return locales;
    }

    /** Returns the language of those there are that is asked for, whatever the country; else English. */
    Locale nearest(Locale asked) {
        return texts.containsKey(asked.getLanguage()) ? Locale.forLanguageTag(asked.getLanguage()) : Locale.ENGLISH;
    }

    /**
     * Returns a text in a language there is.
     *
     * @throws IllegalArgumentException if there is no such text
     */
    String text(Locale language, String key) {
        Properties found = texts.get(language.getLanguage());
        String text = found == null ? null : found.getProperty(key);
        if (text == null) {
            throw new IllegalArgumentException("no text " + key + " in " + language);
        }
        return text;
    }
}
