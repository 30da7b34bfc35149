package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DialectTest {

    /** One constant cannot extend another, so an override of MariaDB could be forgotten for MySQL. */
    @Test
    void mySqlOverridesWhateverMariaDbDoesExceptTheWaitOfOneStatement() {
        Set<String> expected = overrides(Dialect.MARIADB);
        expected.remove("writesWaiting");

        assertThat(overrides(Dialect.MYSQL)).isEqualTo(expected);
    }

    private static Set<String> overrides(Dialect dialect) {
        return Arrays.stream(dialect.getClass().getDeclaredMethods())
                .filter(method -> !method.isSynthetic())
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
