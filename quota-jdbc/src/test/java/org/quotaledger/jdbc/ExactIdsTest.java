package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;

/** Ids are compared byte by byte: what looks alike, or sorts alike in some language, is not the same account. */
class ExactIdsTest {

    private static final List<String> ALIKE = List.of(
            "key", "Key", "key ", " key", "k\u00e9y", "ke\u0301y", "ke\u200by", "k\u212ay", "\uff4bey", "ss", "\u00df");

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void whatLooksAlikeIsNotTheSame(Dialect dialect) {
        try (JdbcQuotaStore store = JdbcQuotaStore.open(Databases.empty(dialect))) {
            QuotaLedger ledger = QuotaLedger.over(store);
            for (String id : ALIKE) {
                ledger.admin().createAccount(Account.builder(id).build());
            }

            for (String id : ALIKE) {
                ledger.reserve(AccountId.of(id), Charge.of(Amount.of(1, Meter.TOKENS)))
                        .orThrow();
            }

            assertThat(store.accounts(null, 100))
                    .extracting(AccountEntry::id)
                    .extracting(AccountId::value)
                    .containsExactlyElementsOf(ALIKE.stream().sorted().toList());
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void theLongestIdsOfFourByteCharactersAreKept(Dialect dialect) {
        AccountId longest = AccountId.of("\ud83d\ude00".repeat(AccountId.MAX_LENGTH / 2));
        try (JdbcQuotaStore store = JdbcQuotaStore.open(Databases.empty(dialect))) {
            QuotaLedger ledger = QuotaLedger.over(store);
            ledger.admin().createAccount(Account.builder(longest).build());

            ledger.reserve(longest, Charge.of(Amount.of(1, Meter.TOKENS))).orThrow();

            assertThat(store.account(longest)).isPresent();
        }
    }
}
