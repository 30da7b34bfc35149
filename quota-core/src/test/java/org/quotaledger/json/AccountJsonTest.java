package org.quotaledger.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.quotaledger.policy.Account;

class AccountJsonTest {

    @Test
    void onlyTheIdIsRequired() {
        Account account = AccountJson.read("{\"id\": \"key-1\"}");

        assertThat(account).isEqualTo(Account.builder("key-1").build());
        assertThat(AccountJson.write(account)).isEqualTo("""
                {
                  "id": "key-1",
                  "overrides": [],
                  "disabled": false
                }""");
    }

    @Test
    void nullIsNoneWhereThereMayBeNone() {
        String json = "{\"id\": \"key-1\", \"parent\": null, \"policy\": null, \"expiresAt\": null}";

        assertThat(AccountJson.read(json)).isEqualTo(Account.builder("key-1").build());
    }

    @Test
    void bytesAndFilesAreReadLikeText(@TempDir Path folder) throws IOException {
        String json = "{\"id\": \"账户\", \"disabled\": true, \"expiresAt\": \"2026-12-31T23:59:59.123456+08:00\"}";
        Account account = Account.builder("账户")
                .disabled(true)
                .expiresAt(Instant.parse("2026-12-31T15:59:59.123456Z"))
                .build();

        assertThat(AccountJson.read(json)).isEqualTo(account);
        assertThat(AccountJson.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(account);
        assertThat(AccountJson.read(Files.writeString(folder.resolve("account.json"), json)))
                .isEqualTo(account);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'parent': 'a' | id | is missing: expected the account's id",
                "'id': null | id | but was null",
                "'id': '' | id | account id has 0 characters: expected 1 to 200",
                "'id': 'a\\nb' | id | account id has the control character U+a at 1",
                "'id': 'a\\ud800' | id | half of a surrogate pair",
                "'id': 'k', 'parent': 'k' | parent | parent of account k is the account itself",
                "'id': 'k', 'parent': '' | parent | account id has 0 characters",
                "'id': 'k', 'parent': 4 | parent | expected the id of an account or null, but was the number 4",
                "'id': 'k', 'policy': '' | policy | has 0 characters: expected 1 to 100",
                "'id': 'k', 'policy': {} | policy | but was an object",
                "'id': 'k', 'disabled': null | disabled | expected true or false, but was null",
                "'id': 'k', 'disabled': 'true' | disabled | but was the string \"true\"",
                "'id': 'k', 'disabled': 1 | disabled | but was the number 1",
                "'id': 'k', 'expiresAt': '2026-12-31' | expiresAt | expected an instant such as",
                "'id': 'k', 'expiresAt': 1767225600 | expiresAt | but was the number 1767225600",
                "'id': 'k', 'expiresAt': '1969-12-31T23:59:59Z' | expiresAt | expected 1970-01-01T00:00:00Z to 9999",
                "'id': 'k', 'expiresAt': '+10000-01-01T00:00:00Z' | expiresAt | to 9999-12-31T23:59:59.999999Z",
                "'id': 'k', 'overrides': null | overrides | but was null",
                "'id': 'k', 'overrides': [{}] | overrides[0].name | is missing",
                "'id': 'k', 'status': 'active' | status | expected one of id, parent, policy, overrides, disabled, expiresAt"
            })
    void aWrongAccountIsToldWithPathAndValue(String fields, String path, String problem) {
        String json = ("{" + fields + "}").replace('\'', '"');

        assertThatExceptionOfType(JsonFormatException.class)
                .isThrownBy(() -> AccountJson.read(json))
                .withMessageStartingWith(path + ": ")
                .withMessageContaining(problem)
                .satisfies(e -> assertThat(e.path()).isEqualTo(path));
    }
}
