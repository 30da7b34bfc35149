package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class SqlFailureTest {

    @Test
    void knowsThatACommitRefusedForSerializationIsRolledBack() {
        assertThat(SqlFailure.isRolledBack(new SQLException("could not serialize", "40001")))
                .isTrue();
    }

    @Test
    void doesNotTakeACommitOfUnknownCompletionForRolledBack() {
        assertThat(SqlFailure.isRolledBack(new SQLException("result is ambiguous", "40003")))
                .isFalse();
    }
}
