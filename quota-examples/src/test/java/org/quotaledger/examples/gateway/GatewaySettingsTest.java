package org.quotaledger.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewaySettingsTest {

    @Test
    void hasADefaultForEverything() {
        GatewaySettings settings = GatewaySettings.of(List.of(), Map.of());

        assertThat(settings.port()).isEqualTo(8080);
        assertThat(settings.host()).isEqualTo("localhost");
        assertThat(settings.databaseUrl()).isEqualTo("jdbc:h2:file:./quota-demo");
        assertThat(settings.keyFile()).isEqualTo(Path.of("./quota-demo.keys"));
        assertThat(settings.upstreamUrl()).isEmpty();
        assertThat(settings.upstreamTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(settings.prices()).isEmpty();
    }

    @Test
    void takesAFlagBeforeTheEnvironment() {
        Map<String, String> environment = Map.of("PORT", "1", "MAX_BODY_BYTES", " 5 ", "ADMIN_KEY", "");

        GatewaySettings settings = GatewaySettings.of(List.of("--port", "2"), environment);

        assertThat(settings.port()).isEqualTo(2);
        assertThat(settings.maxBodyBytes()).isEqualTo(5);
        assertThat(settings.adminKey()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:h2:file:/data/ledger;CIPHER=AES, /data/ledger.keys",
        "jdbc:postgresql://db/ledger, quota-demo.keys"
    })
    void keepsTheKeysBesideAnH2File(String url, String file) {
        assertThat(GatewaySettings.of(List.of("--quota-db", url), Map.of()).keyFile())
                .isEqualTo(Path.of(file));
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.example/v1/, https://api.example",
        "https://api.example, https://api.example",
        "http://10.0.0.1:4000/proxy/v1, http://10.0.0.1:4000/proxy"
    })
    void takesAnUpstreamWithOrWithoutVersion(String given, String base) {
        assertThat(GatewaySettings.of(List.of("--upstream-url", given), Map.of())
                        .upstreamUrl())
                .contains(URI.create(base));
    }

    @ParameterizedTest
    @CsvSource({
        "--port, 65536, PORT is \"65536\"",
        "--port, x, PORT is \"x\"",
        "--threads, 0, THREADS is \"0\"",
        "--upstream-url, ftp://x, UPSTREAM_URL is \"ftp://x\"",
        "--upstream-url, not a url, UPSTREAM_URL is \"not a url\"",
        "--nonsense, 1, unknown argument --nonsense"
    })
    void refusesWhatIsNotAllowed(String flag, String value, String message) {
        assertThatThrownBy(() -> GatewaySettings.of(List.of(flag, value), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void refusesAFlagWithoutValue() {
        assertThatThrownBy(() -> GatewaySettings.of(List.of("--port"), Map.of()))
                .hasMessage("--port has no value");
    }
}
