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
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
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
        String englishCode = Locale.ENGLISH.getLanguage();
        Properties english = read(files(loader, englishCode), englishCode, new Properties());
        Map<String, Properties> texts = new HashMap<>();
        texts.put(englishCode, english);
        for (String language : Locale.getISOLanguages()) {
            List<URL> files = files(loader, language);
            if (!files.isEmpty() && !language.equals(englishCode)) {
                texts.put(language, read(files, language, english));
            }
        }
        return new RefusalLanguages(texts);
    }

    private static List<URL> files(ClassLoader loader, String language) {
        try {
            return Collections.list(loader.getResources("META-INF/quota-ledger/refusal_" + language + ".properties"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot look for texts of " + language, unreadable);
        }
    }

    /** What the first of the files on the path lacks is that of the next, and what all lack is that of {@code otherwise}. */
    private static Properties read(List<URL> files, String language, Properties otherwise) {
        Properties texts = otherwise;
        for (int i = files.size() - 1; i >= 0; i--) {
            texts = read(files.get(i), language, texts);
        }
        return texts;
    }

    private static Properties read(URL file, String language, Properties otherwise) {
        Properties read = new Properties(otherwise);
        try (Reader reader = new InputStreamReader(file.openStream(), StandardCharsets.UTF_8)) {
            read.load(reader);
        } catch (IOException | IllegalArgumentException unreadable) {
            LOG.warn("{} cannot be read: others stand in for its texts", file, unreadable);
            return otherwise;
        }
        for (Object key : Set.copyOf(read.keySet())) {
            dropIfMalformed(read, (String) key, Locale.forLanguageTag(language), file);
        }
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
            LOG.warn("text {} of {} is malformed: another stands in for it", key, file, malformed);
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
