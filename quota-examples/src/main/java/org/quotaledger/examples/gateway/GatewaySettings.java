package org.quotaledger.examples.gateway;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the gateway is to run: flags first, then the environment, then defaults. Immutable. */
final class GatewaySettings {

    private static final String H2_FILE = "jdbc:h2:file:";

    private final Map<Setting, String> given;

    private final int port;
    private final @Nullable URI upstreamUrl;
    private final @Nullable URI webhookUrl;
    private final Duration upstreamTimeout;
    private final int maxBodyBytes;
    private final Duration clientTimeout;
    private final int threads;
    private final Duration shutdownTimeout;

    private GatewaySettings(Map<Setting, String> given) {
        this.given = given;
        port = number(Setting.PORT, 0, 65_535);
        upstreamUrl = upstream(Setting.UPSTREAM_URL);
        webhookUrl = url(Setting.WEBHOOK_URL);
        upstreamTimeout = Duration.ofSeconds(number(Setting.UPSTREAM_TIMEOUT_SECONDS, 1, 3_600));
        maxBodyBytes = number(Setting.MAX_BODY_BYTES, 1, 1 << 30);
        clientTimeout = Duration.ofSeconds(number(Setting.CLIENT_TIMEOUT_SECONDS, 1, 300));
        threads = number(Setting.THREADS, 1, 10_000);
        shutdownTimeout = Duration.ofSeconds(number(Setting.SHUTDOWN_SECONDS, 0, 3_600));
    }

    /**
     * Returns the settings that the arguments and the environment say.
     *
     * @throws IllegalArgumentException if one is unknown or not as allowed; the message names it
     */
    static GatewaySettings of(List<String> arguments, Map<String, String> environment) {
        Map<Setting, String> given = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            String value = environment.get(setting.name());
            if (value != null && !value.isBlank()) {
                given.put(setting, value.strip());
            }
        }
        for (int i = 0; i < arguments.size(); i += 2) {
            Setting setting = byFlag(arguments.get(i));
            if (i + 1 == arguments.size()) {
                throw new IllegalArgumentException(arguments.get(i) + " has no value");
            }
            given.put(setting, arguments.get(i + 1));
        }
        return new GatewaySettings(given);
    }

    private static Setting byFlag(String flag) {
        for (Setting setting : Setting.values()) {
            if (setting.flag().equals(flag)) {
                return setting;
            }
        }
        throw new IllegalArgumentException("unknown argument " + flag + ": --help says what is allowed");
    }

    int port() {
        return port;
    }

    /** Returns the address to listen at. */
    String host() {
        return text(Setting.HOST);
    }

    /** Returns the JDBC URL, as given. */
    String databaseUrl() {
        return text(Setting.QUOTA_DB);
    }

    /** Returns the file that keeps the demo key and the admin key. */
    Path keyFile() {
        return path(Setting.KEY_FILE).orElseGet(() -> {
            String url = databaseUrl();
            int end = url.indexOf(';');
            return url.startsWith(H2_FILE)
                    ? Path.of(url.substring(H2_FILE.length(), end < 0 ? url.length() : end) + ".keys")
                    : Path.of("quota-demo.keys");
        });
    }

    /** Returns where requests go, or empty: to the simulated upstream. */
    Optional<URI> upstreamUrl() {
        return Optional.ofNullable(upstreamUrl);
    }

    Optional<String> upstreamApiKey() {
        return optional(Setting.UPSTREAM_API_KEY);
    }

    Duration upstreamTimeout() {
        return upstreamTimeout;
    }

    /** Returns the file of prices, or empty: the demo's own. */
    Optional<Path> prices() {
        return path(Setting.PRICES);
    }

    /** Returns the admin key, or empty: one is made up. */
    Optional<String> adminKey() {
        return optional(Setting.ADMIN_KEY);
    }

    /** Returns where events are posted to, or empty: nowhere. */
    Optional<URI> webhookUrl() {
        return Optional.ofNullable(webhookUrl);
    }

    /** Returns what signs them; empty if that is not set. */
    String webhookSecret() {
        return text(Setting.WEBHOOK_SECRET);
    }

    int maxBodyBytes() {
        return maxBodyBytes;
    }

    /** Returns the longest time for a body to arrive, and for a client to read nothing of its answer. */
    Duration clientTimeout() {
        return clientTimeout;
    }

    int threads() {
        return threads;
    }

    Duration shutdownTimeout() {
        return shutdownTimeout;
    }

    private String text(Setting setting) {
        return given.getOrDefault(setting, setting.fallback());
    }

    private Optional<String> optional(Setting setting) {
        return Optional.of(text(setting)).filter(text -> !text.isEmpty());
    }

    private Optional<Path> path(Setting setting) {
        return optional(setting).map(text -> {
            try {
                return Path.of(text);
            } catch (InvalidPathException noPath) {
                throw new IllegalArgumentException(setting + " is \"" + text + "\": expected a path", noPath);
            }
        });
    }

    private int number(Setting setting, int least, int most) {
        String text = text(setting);
        int number;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException noNumber) {
            number = -1;
        }
        if (number < least || number > most) {
            throw new IllegalArgumentException(
                    setting + " is \"" + text + "\": expected a whole number, " + least + " to " + most);
        }
        return number;
    }

    private @Nullable URI upstream(Setting setting) {
        return url(setting, text(setting).replaceFirst("/+$", "").replaceFirst("/v1$", ""));
    }

    private @Nullable URI url(Setting setting) {
        return url(setting, text(setting));
    }

    private @Nullable URI url(Setting setting, String text) {
        if (text.isEmpty()) {
            return null;
        }
        try {
            URI url = new URI(text);
            if (url.getHost() != null && List.of("http", "https").contains(url.getScheme())) {
                return url;
            }
        } catch (URISyntaxException noUrl) {
            // Said below, as for every other text that is none.
        }
        throw new IllegalArgumentException(
                setting + " is \"" + text(setting) + "\": expected http://HOST or https://HOST");
    }
}
