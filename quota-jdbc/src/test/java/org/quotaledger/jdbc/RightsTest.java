package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.report.ReportQuery;
import org.quotaledger.spi.JournalQuery;
import org.quotaledger.spi.QuotaStoreException;
import org.quotaledger.spi.QuotaStoreException.Outcome;
import org.quotaledger.spi.UsageAudit;

/** The rights that docs/databases.md names are enough, and none of them is too many. */
class RightsTest {

    private static final String NO_RIGHT = "42501";

    @ParameterizedTest
    @EnumSource(
            value = Dialect.class,
            names = {"POSTGRESQL", "MARIADB"})
    void thoseOfNodesAreEnoughForALedgersLife(Dialect dialect) {
        Roles roles = new Roles(dialect);

        OrdinaryLife.liveOn(roles.app());
        OrdinaryLife.liveOn(roles.app());
    }

    @Test
    void thoseOfNodesAreAllNeededOnPostgreSql() {
        Roles roles = new Roles(Dialect.POSTGRESQL);
        List<Roles.Grant> notNeeded = new ArrayList<>();

        for (Roles.Grant grant : roles.grants()) {
            roles.revoke(grant);
            Throwable failure = catchThrowable(() -> OrdinaryLife.liveOn(roles.app()));
            if (failure == null) {
                notNeeded.add(grant);
            } else {
                assertThat(failure).isInstanceOf(QuotaStoreException.class);
                assertThat(((SQLException) failure.getCause()).getSQLState()).isEqualTo(NO_RIGHT);
            }
            roles.grant(grant);
        }

        assertThat(roles.grants()).hasSizeGreaterThan(40);
        assertThat(notNeeded).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Dialect.class,
            names = {"POSTGRESQL", "MARIADB"})
    void nodesCanNeitherFalsifyTheJournalNorTouchTheTables(Dialect dialect) {
        DataSource app = new Roles(dialect).app();

        for (String sql : List.of(
                "UPDATE quota_journal SET units = 0",
                "DELETE FROM quota_journal",
                "UPDATE quota_change SET actor = 'nobody'",
                "DELETE FROM quota_change",
                "TRUNCATE TABLE quota_journal",
                "DROP TABLE quota_event",
                "ALTER TABLE quota_event ADD COLUMN team varchar(9)",
                "CREATE TABLE quota_more (id integer)")) {
            assertThatThrownBy(() -> execute(app, sql)).as(sql).isInstanceOf(SQLException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Dialect.class,
            names = {"POSTGRESQL", "MARIADB"})
    void thoseOfReportsAreEnoughToReadAndToDoNothingElse(Dialect dialect) throws SQLException {
        Roles roles = new Roles(dialect);
        OrdinaryLife.liveOn(roles.app());

        try (JdbcQuotaStore store =
                JdbcQuotaStore.builder(roles.reports()).createSchema(false).build()) {
            QuotaLedger ledger = QuotaLedger.over(store);
            AccountId account = ledger.admin().accounts(null, 1).get(0).id();

            assertThat(ledger.reports()
                            .totals(ReportQuery.ALL)
                            .used(Meter.TOKENS)
                            .units())
                    .isPositive();
            assertThat(ledger.admin().audit()).allMatch(UsageAudit::agrees);
            assertThat(ledger.usage(account)).isNotNull();
            assertThat(ledger.check(account, Charge.of(Amount.of(1, Meter.TOKENS))))
                    .isNotNull();
            List<Long> units = new ArrayList<>();
            ledger.admin().journal(JournalQuery.ALL, row -> units.add(row.units()));
            assertThat(units).isNotEmpty();
            execute(roles.reports(), "SELECT units FROM quota_journal_decimal");
            execute(roles.reports(), "SELECT used FROM quota_usage_decimal");
            assertThatThrownBy(() -> ledger.reserve(account, Charge.of(Amount.of(1, Meter.TOKENS))))
                    .isInstanceOfSatisfying(
                            QuotaStoreException.class,
                            failure -> assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED));
            assertThatThrownBy(() -> ledger.admin().suspend(account, null)).isInstanceOf(QuotaStoreException.class);
        }
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
