/** Durable, exact quotas: reserve before the call, settle the true cost after it. */
module org.quotaledger {
    requires static org.jspecify;
    requires com.fasterxml.jackson.databind;
    requires com.github.benmanes.caffeine;
    requires org.slf4j;

    exports org.quotaledger.amount;
}
