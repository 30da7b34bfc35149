package org.quotaledger.accounting;

import java.util.ArrayList;
import java.util.List;
import org.quotaledger.LedgerAdmin;
import org.quotaledger.account.AccountId;
import org.quotaledger.history.Change;
import org.quotaledger.history.HistoryQuery;
import org.quotaledger.memory.InMemoryQuotaStore;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.spi.JournalQuery;

/** A ledger in memory: claims about edits of accounts and policies, in which the kind of store has no part. */
abstract class MemoryLedger extends LedgerWords {

    final LedgerAdmin admin = ledger.admin();

    MemoryLedger() {
        super(InMemoryQuotaStore::new);
    }

    @Override
    AccountId create(Account account) {
        return admin.createAccount(account).id();
    }

    @Override
    List<JournalRow> journal() {
        List<JournalRow> rows = new ArrayList<>();
        admin.journal(JournalQuery.ALL, rows::add);
        return rows;
    }

    @Override
    AccountEntry entry(AccountId account) {
        return admin.account(account).orElseThrow();
    }

    /** Creates an account that has a policy and no limits of its own. */
    AccountId accountOf(String id, String policy) {
        return create(Account.builder(id).policy(policy).build());
    }

    /** Changes the limits of an account of its own. */
    void relimit(AccountId account, QuotaLimit... limits) {
        admin.changeAccount(
                account, before -> before.toBuilder().overrides(List.of(limits)).build());
    }

    /** Says who did what to an account and why, the latest first. */
    List<String> history(AccountId account) {
        return admin.history(HistoryQuery.of(account)).stream()
                .map(kept -> (Change.OfAccount) kept.change())
                .map(change -> change.actor() + " " + change.kind() + " " + change.operation() + " " + change.note())
                .toList();
    }
}
