package org.quotaledger.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several gateways that share one PostgreSQL. */
class GatewayPostgresTest {

    @TempDir
    private Path folder;

    @Test
    void twoGatewaysShareOneBudgetAndOneKey() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start()) {
            String[] flags = {
                "--quota-db", server.getJdbcUrl("postgres", "postgres"),
                "--key-file", folder.resolve("demo.keys").toString()
            };
            try (RunningGateway one = RunningGateway.startAsSaid(flags);
                    RunningGateway other = RunningGateway.startAsSaid(flags)) {
                List<RunningGateway> both = List.of(one, other);

                long served = IntStream.range(0, 32)
                        .parallel()
                        .filter(i -> both.get(i % 2).chat("demo-small", 60).statusCode() == 200)
                        .count();

                assertThat(other.demoKey()).isEqualTo(one.demoKey());
                assertThat(served).isEqualTo(8);
                assertThat(one.used()).isEqualTo("0.04848");
                assertThat(other.held()).isEqualTo("0");
                assertThat(one.ledger().admin().audit()).isEmpty();
            }
        }
    }
}
