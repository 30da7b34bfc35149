package org.quotaledger.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountIdTest {

    @ParameterizedTest
    @ValueSource(strings = {"k", "Key-1", "ключ", "a b", "\uD83D\uDE00", "'; drop table quota_account; --"})
    void keepsAnyPrintableText(String value) {
        assertThat(AccountId.of(value)).hasToString(value);
    }

    @Test
    void tellsUpperFromLowerCase() {
        assertThat(AccountId.of("Key")).isNotEqualTo(AccountId.of("key"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "a\u0000", "\uD83D", "\uDE00x"})
    void refusesWhatAStoreOrALogWouldNotKeep(String value) {
        assertThatThrownBy(() -> AccountId.of(value)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesMoreThanTwoHundredCharacters() {
        assertThat(AccountId.of("x".repeat(200)).value()).hasSize(200);
        assertThatThrownBy(() -> AccountId.of("x".repeat(201)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("account id has 201 characters: expected 1 to 200");
    }
}
