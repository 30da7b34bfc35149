package org.quotaledger.examples.gateway;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.quotaledger.account.AccountId;

/**
 * Which key belongs to which account. The table has the keys' hashes, so that nobody who reads the database has a key.
 * Thread-safe.
 *
 * <p>A key is found by its hash: how long the look-up takes tells at most something of hashes, from which no key follows.
 */
final class ApiKeys {

    private final DataSource database;

    private ApiKeys(DataSource database) {
        this.database = database;
    }

    /** Returns the keys of a database, whose table is created if it is not there. */
    static ApiKeys open(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement create = connection.prepareStatement("""
                        CREATE TABLE IF NOT EXISTS gateway_key (
                            key_hash CHAR(64) NOT NULL PRIMARY KEY,
                            account  VARCHAR(200) NOT NULL
                        )""")) {
            create.execute();
        }
        return new ApiKeys(database);
    }

    /** Lets a key charge to an account; a key that charges to another one already does not change. */
    void add(String key, AccountId account) throws SQLException {
        String hash = Secrets.sha256(key);
        if (accountOfHash(hash).isPresent()) {
            return;
        }
        try (Connection connection = database.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO gateway_key (key_hash, account) VALUES (?, ?)")) {
            insert.setString(1, hash);
            insert.setString(2, account.value());
            insert.executeUpdate();
        } catch (SQLException failed) {
            // Another gateway of the same database may have added it in between.
            if (accountOfHash(hash).isEmpty()) {
                throw failed;
            }
        }
    }

    /** Returns the account of a key, or empty if the key is unknown. */
    Optional<AccountId> account(String key) {
        try {
            return accountOfHash(Secrets.sha256(key));
        } catch (SQLException failed) {
            throw GatewayError.unavailable("Keys cannot be checked now.", failed);
        }
    }

    private Optional<AccountId> accountOfHash(String hash) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("SELECT account FROM gateway_key WHERE key_hash = ?")) {
            select.setString(1, hash);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(AccountId.of(row.getString(1))) : Optional.empty();
            }
        }
    }
}
