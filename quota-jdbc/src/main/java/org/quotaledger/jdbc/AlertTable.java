package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.util.Collection;
import org.quotaledger.alert.Alert;
import org.quotaledger.json.FlatJson;

/** Thresholds that were crossed, kept in the transaction of the charge that crossed them. */
final class AlertTable {

    private static final String INSERT = """
            INSERT INTO quota_alert (account_id, limit_name, window_start, window_end, threshold, severity, recipients,
                                     meter, scale, used, amount, alerted_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private AlertTable() {}

    static void append(Session session, Collection<Alert> alerts) throws SQLException {
        session.batchOfOne(
                INSERT,
                alerts,
                (to, alert) -> to.text(alert.account().value())
                        .text(alert.limit())
                        .time(alert.span().startInclusive())
                        .time(alert.span().endExclusive())
                        .text(alert.threshold().level().toString())
                        .name(alert.threshold().severity())
                        .text(FlatJson.write(alert.threshold().recipients()))
                        .text(alert.amount().meter().name())
                        .integer(alert.amount().meter().scale())
                        .number(alert.used().units())
                        .number(alert.amount().units())
                        .time(alert.at()));
    }
}
