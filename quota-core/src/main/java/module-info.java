/** Durable, exact quotas: reserve before the call, settle the true cost after it. */
module org.quotaledger {
    requires static transitive org.jspecify;
    requires com.fasterxml.jackson.databind;
    requires com.github.benmanes.caffeine;
    requires java.net.http;
    requires org.slf4j;

    exports org.quotaledger;
    exports org.quotaledger.account;
    exports org.quotaledger.accounting;
    exports org.quotaledger.admin;
    exports org.quotaledger.alert;
    exports org.quotaledger.amount;
    exports org.quotaledger.caching;
    exports org.quotaledger.event;
    exports org.quotaledger.history;
    exports org.quotaledger.http;
    exports org.quotaledger.json;
    exports org.quotaledger.memory;
    exports org.quotaledger.outage;
    exports org.quotaledger.policy;
    exports org.quotaledger.pricing;
    exports org.quotaledger.report;
    exports org.quotaledger.reservation;
    exports org.quotaledger.sink;
    exports org.quotaledger.spi;
    exports org.quotaledger.window;
}
