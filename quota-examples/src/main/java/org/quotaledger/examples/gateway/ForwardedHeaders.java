package org.quotaledger.examples.gateway;

import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Passes headers on, but for those that are not the other side's. Stateless. */
final class ForwardedHeaders {

    /** Of one connection only: RFC 9110, 7.6.1, and the names in {@code Connection} itself; and those of the body's framing. */
    private static final Set<String> HOP_BY_HOP = names(
            "Connection",
            "Content-Length",
            "HTTP2-Settings",
            "Keep-Alive",
            "Proxy-Authenticate",
            "Proxy-Authorization",
            "Proxy-Connection",
            "TE",
            "Trailer",
            "Transfer-Encoding",
            "Upgrade");

    /**
     * Between the client and the gateway only: its key; what would make the upstream answer in a form that the gateway
     * cannot read the usage from; and what names things among all that the gateway's one account at the upstream does,
     * where the clients of one gateway must not meet.
     */
    private static final Set<String> CLIENTS_OWN = names(
            "Accept-Encoding",
            "Api-Key",
            "Authorization",
            "Cookie",
            "Expect",
            "Host",
            "Idempotency-Key",
            "OpenAI-Organization",
            "OpenAI-Project",
            "X-Api-Key",
            "X-Request-Id");

    /** Between the gateway and the upstream only. */
    private static final Set<String> UPSTREAMS_OWN =
            names("OpenAI-Organization", "OpenAI-Project", "Set-Cookie", "WWW-Authenticate", "X-Request-Id");

    private ForwardedHeaders() {}

    /** Adds a client's headers to a request to the upstream. */
    static void toUpstream(HeaderMap client, HttpRequest.Builder request) {
        Predicate<String> dropped = dropped(values(client, Headers.CONNECTION), CLIENTS_OWN);
        for (HeaderValues header : client) {
            String name = header.getHeaderName().toString();
            if (!dropped.test(name)) {
                header.forEach(value -> request.header(name, value));
            }
        }
    }

    /** Adds an upstream's headers to the answer for the client. */
    static void toClient(HttpHeaders upstream, HeaderMap answer) {
        Predicate<String> dropped = dropped(upstream.allValues("Connection").stream(), UPSTREAMS_OWN);
        upstream.map().forEach((name, values) -> {
            // A name with a colon is HTTP/2's, such as the status.
            if (!name.startsWith(":") && !dropped.test(name)) {
                answer.putAll(new HttpString(name), values);
            }
        });
    }

    private static Stream<String> values(HeaderMap headers, HttpString name) {
        HeaderValues values = headers.get(name);
        return values == null ? Stream.of() : values.stream();
    }

    private static Predicate<String> dropped(Stream<String> connection, Set<String> own) {
        List<String> named = connection
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .toList();
        return name -> HOP_BY_HOP.contains(name) || own.contains(name) || named.contains(name.toLowerCase(Locale.ROOT));
    }

    private static Set<String> names(String... names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(List.of(names));
        return set;
    }
}
