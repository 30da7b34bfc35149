package org.quotaledger.examples.gateway;

import java.util.Locale;

/** What can be set, by an environment variable or by a flag of the same name: {@code QUOTA_DB} or {@code --quota-db}. */
enum Setting {
    PORT("8080", "port to listen on; 0 takes any that is free"),
    HOST("localhost", "address to listen at; 0.0.0.0 lets other machines in"),
    QUOTA_DB(
            "jdbc:h2:file:./quota-demo",
            "JDBC URL of the ledger's database, H2 or PostgreSQL; it keeps hashes of keys, never keys"),
    KEY_FILE(
            "",
            "file that keeps the demo key and the admin key, so that a restart prints the same; default: beside an H2 file,"
                    + " else ./quota-demo.keys"),
    UPSTREAM_URL(
            "", "where requests go, such as https://HOST (with or without /v1); default: a simulated upstream inside"),
    UPSTREAM_API_KEY("", "key that the upstream gets as its bearer; never the client's"),
    UPSTREAM_TIMEOUT_SECONDS("120", "longest wait for the upstream's answer to begin, and for each next part of it"),
    PRICES("", "file of model prices in LiteLLM's format; default: the prices of a few demo models"),
    WEBHOOK_URL("", "URL that alerts and other events are posted to; default: they stand in the log only"),
    WEBHOOK_SECRET("", "what signs them, at least 16 bytes; the receiver knows it too"),
    ADMIN_KEY("", "key for /admin; default: one made up, kept in KEY_FILE and printed"),
    MAX_BODY_BYTES("10485760", "largest body of a request"),
    CLIENT_TIMEOUT_SECONDS("60", "longest time for a body to arrive, and for a client to read nothing of its answer"),
    THREADS("256", "most requests at work at once; more wait"),
    SHUTDOWN_SECONDS("30", "longest time that running requests get to end when the gateway is stopped");

    private final String fallback;
    private final String meaning;

    Setting(String fallback, String meaning) {
        this.fallback = fallback;
        this.meaning = meaning;
    }

    /** Returns its value where none is given; empty where that depends. */
    String fallback() {
        return fallback;
    }

    /** Returns what it means, for people. */
    String meaning() {
        return meaning;
    }

    /** Returns its flag, such as {@code --quota-db}. */
    String flag() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
