/** Quotas kept in a relational database. */
module org.quotaledger.jdbc {
    requires static transitive org.jspecify;
    requires transitive java.sql;
    requires transitive org.quotaledger;
    requires org.slf4j;

    exports org.quotaledger.jdbc;
}
