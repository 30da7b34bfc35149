/** What a store must do, as tests that its author can run, and generators for property tests of quotas. */
module org.quotaledger.testkit {
    exports org.quotaledger.testkit;

    // JUnit makes the sections of the contract.
    opens org.quotaledger.testkit to
            org.junit.platform.commons;

    provides net.jqwik.api.providers.ArbitraryProvider with
            org.quotaledger.testkit.QuotaArbitraryProvider;

    requires static transitive org.jspecify;
    requires transitive net.jqwik.api;
    requires transitive net.jqwik.time;
    requires transitive org.assertj.core;
    requires transitive org.junit.jupiter.api;
    requires transitive org.junit.jupiter.params;
    requires transitive org.quotaledger;
}
