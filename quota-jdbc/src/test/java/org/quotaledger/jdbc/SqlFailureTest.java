package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @Test
    void knowsThatACommitRefusedByAServerThatBecameReadOnlyIsRolledBack() {
        assertThat(SqlFailure.isRolledBack(new SQLException("running with the --read-only option", "HY000", 1290)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            - , 5 , [SQLITE_BUSY] The database file is locked , CAME_BETWEEN
            - , 5 , [SQLITE_BUSY_SNAPSHOT] Another database connection has already written , CAME_BETWEEN
            - , 19 , [SQLITE_CONSTRAINT_PRIMARYKEY] A PRIMARY KEY constraint failed , CAME_BETWEEN
            - , 19 , [SQLITE_CONSTRAINT_CHECK] A CHECK constraint failed , OTHER
            - , 14 , [SQLITE_CANTOPEN] Unable to open the database file , CONNECTION_LOST
            - , 1 , [SQLITE_ERROR] SQL error , OTHER
            55P03 , 0 , lock not available , CAME_BETWEEN
            HYT00 , 50200 , Timeout trying to lock table , CAME_BETWEEN
            23505 , 0 , duplicate key , CAME_BETWEEN
            23514 , 0 , violates check constraint , OTHER
            40001 , 1213 , Deadlock found , CAME_BETWEEN
            HY000 , 1205 , Lock wait timeout exceeded , CAME_BETWEEN
            HY000 , 1020 , Record has changed since last read , CAME_BETWEEN
            23000 , 1062 , Duplicate entry , CAME_BETWEEN
            23000 , 4025 , CONSTRAINT failed , OTHER
            HY000 , 1364 , Field has no default value , OTHER
            08000 , 1927 , Connection was killed , CONNECTION_LOST
            HY000 , 1927 , Connection was killed , CONNECTION_LOST
            57P01 , 0 , terminating connection , CONNECTION_LOST
            57P05 , 0 , terminating connection due to idle-session timeout , CONNECTION_LOST
            25P03 , 0 , terminating connection due to idle-in-transaction timeout , CONNECTION_LOST
            90098 , 90098 , The database has been closed , CONNECTION_LOST
            90007 , 90007 , The object is already closed , CONNECTION_LOST
            25006 , 0 , cannot execute UPDATE in a read-only transaction , READ_ONLY
            25006 , 1792 , Cannot execute statement in a READ ONLY transaction , READ_ONLY
            HY000 , 1290 , The MariaDB server is running with the --read-only option , READ_ONLY
            HY000 , 1836 , Running in read-only mode , READ_ONLY
            S1009 , 0 , Connection is read-only. Queries leading to data modification are not allowed. , READ_ONLY
            S1009 , 0 , Parameter index out of range , OTHER
            90097 , 90097 , The database is read only , READ_ONLY
            - , 8 , [SQLITE_READONLY] Attempt to write a readonly database , READ_ONLY
            """)
    void tellsWhatAFailureWas(String state, int code, String message, SqlFailure expected) {
        assertThat(SqlFailure.of(new SQLException(message, state, code))).isEqualTo(expected);
    }
}
