package org.quotaledger.examples.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;

class DealingTest {

    @Test
    void dealsRowsInTurnByTheirLine() {
        Dealing dealing = new Dealing("run", 3);

        assertThat(LongStream.rangeClosed(2, 8).mapToInt(line -> dealing.keyOf(rowOfLine(line))))
                .containsExactly(0, 1, 2, 0, 1, 2, 0);
    }

    @Test
    void namesAccountsSoThatTheySortAsTheKeysDo() {
        assertThat(new Dealing("run", 12).accounts())
                .hasSize(12)
                .startsWith(AccountId.of("run/key-01"), AccountId.of("run/key-02"))
                .endsWith(AccountId.of("run/key-12"))
                .isSorted();
    }

    private static TraceRow rowOfLine(long line) {
        return new TraceRow(line, Instant.EPOCH, 1, 1);
    }
}
