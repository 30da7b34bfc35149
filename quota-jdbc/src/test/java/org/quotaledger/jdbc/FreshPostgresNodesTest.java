package org.quotaledger.jdbc;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.quotaledger.accounting.Command;
import org.quotaledger.spi.Applied;
import org.quotaledger.spi.ForwardingQuotaStore;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.testkit.QuotaStoreContract;

/** The contract is kept by nodes that remember nothing: for every command there is a new one. */
@Tag("long")
class FreshPostgresNodesTest extends QuotaStoreContract {

    private static final Databases.Pool POOL = Databases.pool(Databases.postgres());

    @AfterAll
    static void closePool() {
        POOL.close();
    }

    @Override
    protected QuotaStore openStore(Clock clock) {
        return new FreshNodes(POOL.emptyStore(clock), clock);
    }

    /** Administration and reports come from one node, every command goes to another. */
    private static final class FreshNodes extends ForwardingQuotaStore {

        private final Clock clock;

        FreshNodes(QuotaStore administering, Clock clock) {
            super(administering);
            this.clock = clock;
        }

        private QuotaStore fresh() {
            return JdbcQuotaStore.builder(POOL.dataSource())
                    .clock(clock)
                    .lanes(1)
                    .build();
        }

        @Override
        public QuotaStore within(Duration timeout) {
            return this;
        }

        @Override
        public <A> CompletionStage<Applied<A>> submit(Command<A> command) {
            QuotaStore node = fresh();
            return node.submit(command).whenComplete((applied, failure) -> node.close());
        }

        @Override
        public <A> Applied<A> apply(Command<A> command) {
            try (QuotaStore node = fresh()) {
                return node.apply(command);
            }
        }
    }
}
