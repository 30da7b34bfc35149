package org.quotaledger.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.quotaledger.reservation.RefusalCode;

class RefusalLanguagesTest {

    @Test
    void aFileAloneAddsALanguage() {
        Locale language = HttpRefusal.language("es-MX, en;q=0.5");

        HttpRefusal answer =
                HttpRefusal.of(Refusals.with(RefusalCode.ACCOUNT_EXPIRED, null, 0), Refusals.SHANGHAI, language);

        assertThat(language).isEqualTo(Locale.forLanguageTag("es"));
        assertThat(answer.headers()).containsEntry("Content-Language", "es");
        assertThat(answer.text())
                .isEqualTo("La cuenta ha caducado. Esperar no sirve: póngase en contacto con el servicio.");
    }

    @Test
    void whatALanguageLacksIsToldInEnglish() {
        HttpRefusal answer = HttpRefusal.of(
                Refusals.with(RefusalCode.ACCOUNT_UNKNOWN, null, 0), Refusals.SHANGHAI, Locale.forLanguageTag("es"));

        assertThat(answer.text()).startsWith("The account is not known.");
    }

    @Test
    void aMalformedTextIsToldInEnglish() {
        HttpRefusal answer = HttpRefusal.of(
                Refusals.with(RefusalCode.ACCOUNT_DISABLED, null, 0), Refusals.SHANGHAI, Locale.forLanguageTag("es"));

        assertThat(answer.text()).startsWith("The account is switched off.");
    }

    @Test
    void aFolderOfTheHostIsSearchedToo(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("META-INF/quota-ledger/refusal_nl.properties");
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, "detail.account_unknown = Onbekend account.\n");

        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            RefusalLanguages found = RefusalLanguages.read(loader);

            assertThat(found.nearest(Locale.forLanguageTag("nl-BE"))).isEqualTo(Locale.forLanguageTag("nl"));
            assertThat(found.text(Locale.forLanguageTag("nl"), "detail.account_unknown"))
                    .isEqualTo("Onbekend account.");
        }
    }

    @Test
    void aTextThatAHostReplacesLeavesTheOthersAsTheyAre(@TempDir Path folder) throws IOException {
        RefusalLanguages found =
                with(folder, "en", "title.quota_exhausted = Out of quota\ndetail.account_unknown = {x}\n");

        assertThat(found.text(Locale.ENGLISH, "title.quota_exhausted")).isEqualTo("Out of quota");
        assertThat(found.text(Locale.ENGLISH, "detail.account_unknown")).isEqualTo("The account is not known.");
        assertThat(found.text(Locale.ENGLISH, "retry.soon")).isEqualTo("Please try again in about a minute.");
    }

    @Test
    void aFileThatCannotBeReadLeavesTheOthersAsTheyAre(@TempDir Path folder) throws IOException {
        RefusalLanguages found = with(folder, "en", "title.quota_exhausted = \\u00zz\n");

        assertThat(found.text(Locale.ENGLISH, "title.quota_exhausted")).isEqualTo("Quota used up");
    }

    @Test
    void aSingleQuoteIsWrittenTwiceInEveryText() {
        HttpRefusal answer = HttpRefusal.of(
                Refusals.with(RefusalCode.ACCOUNT_SUSPENDED, Refusals.AT.plusSeconds(20), 0),
                Refusals.SHANGHAI,
                Locale.forLanguageTag("es"));

        assertThat(answer.text()).endsWith("En un 'momento'.");
    }

    private RefusalLanguages with(Path folder, String language, String texts) throws IOException {
        Path file = folder.resolve("META-INF/quota-ledger/refusal_" + language + ".properties");
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, texts);
        // The folder comes first, as a host's classes do before its libraries.
        try (URLClassLoader first = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
            return RefusalLanguages.read(new ClassLoader(getClass().getClassLoader()) {
                @Override
                public Enumeration<URL> getResources(String name) throws IOException {
                    List<URL> all = new ArrayList<>(Collections.list(first.getResources(name)));
                    all.addAll(Collections.list(super.getResources(name)));
                    return Collections.enumeration(all);
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tlh", "en-GB", "und", "zz"})
    void anyOtherLanguageGetsEnglish(String tag) {
        assertThat(RefusalLanguages.FOUND.nearest(Locale.forLanguageTag(tag))).isEqualTo(Locale.ENGLISH);
    }

    @Test
    void theTextsThatComeWithItHaveTheSameKeys() throws IOException {
        Set<String> english = keys("en");

        assertThat(english).isNotEmpty();
        assertThat(keys("zh")).isEqualTo(english);
    }

    @Test
    void aTextThatThereIsNotIsACallersBug() {
        assertThatThrownBy(() -> RefusalLanguages.FOUND.text(Locale.ENGLISH, "no.such"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no.such");
    }

    private static Set<String> keys(String language) throws IOException {
        URL file = Objects.requireNonNull(RefusalLanguages.class
                .getClassLoader()
                .getResource("META-INF/quota-ledger/refusal_" + language + ".properties"));
        Properties texts = new Properties();
        try (Reader reader = new InputStreamReader(file.openStream(), StandardCharsets.UTF_8)) {
            texts.load(reader);
        }
        return texts.stringPropertyNames();
    }
}
