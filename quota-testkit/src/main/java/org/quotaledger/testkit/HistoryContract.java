package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.DefinitionException;
import org.quotaledger.history.Change;
import org.quotaledger.history.Change.OfAccount.Definition;
import org.quotaledger.history.HistoryQuery;
import org.quotaledger.history.KeptChange;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;

/** Who changed what when is kept with the change, for good. */
abstract class HistoryContract extends ContractSection {

    /** Says of each change, the latest first, who did what to which version. */
    private List<String> changes(HistoryQuery query) {
        return admin.history(query).stream()
                .map(KeptChange::change)
                .map(change -> change.actor() + " " + change.kind() + " "
                        + (change instanceof Change.OfAccount of ? of.account() : ((Change.OfPolicy) change).policy())
                        + " " + change.version()
                        + (change instanceof Change.OfAccount of && of.note() != null ? " " + of.note() : ""))
                .toList();
    }

    @Test
    void aChangeOfAnAccountIsKeptWithWhoWhenAndWhatItWasBeforeAndAfter() {
        AccountId key = account("key", QuotaLimit.of("daily", amount(10), DAILY));
        Account before = admin.account(key).orElseThrow().account();
        clock.advance(Duration.ofMinutes(5));

        Account after = admin.as("ann")
                .changeAccount(key, was -> was.toBuilder().disabled(true).build())
                .account();

        assertThat(admin.history(HistoryQuery.of(key)).stream().map(KeptChange::change))
                .containsExactly(
                        new Change.OfAccount(
                                clock.instant(),
                                "ann",
                                Change.Kind.CHANGE,
                                key,
                                2,
                                new Definition(before, after),
                                null,
                                null),
                        new Change.OfAccount(
                                NOON, null, Change.Kind.CREATE, key, 1, new Definition(null, before), null, null));
    }

    @Test
    void aChangeOfAPolicyIsKeptWithItsVersions() {
        QuotaPolicy first = QuotaPolicy.of("standard", daily(10));
        QuotaPolicy second = QuotaPolicy.of("standard", daily(20), QuotaLimit.of("more", amount(5), DAILY));
        admin.as("ann").createPolicy(first);
        admin.as("bob").changePolicy("standard", before -> second);
        clock.advance(Duration.ofMinutes(1));
        admin.as("cid").deletePolicy("standard");

        assertThat(admin.history(HistoryQuery.ofPolicy("standard")).stream().map(KeptChange::change))
                .containsExactly(
                        new Change.OfPolicy(clock.instant(), "cid", Change.Kind.DELETE, "standard", 2, second, null),
                        new Change.OfPolicy(NOON, "bob", Change.Kind.CHANGE, "standard", 2, first, second),
                        new Change.OfPolicy(NOON, "ann", Change.Kind.CREATE, "standard", 1, null, first));
    }

    @Test
    void everythingThatPeopleDoToAnAccountIsKept() {
        AccountId key = account("key", daily(10), limit("monthly", 100, MONTHLY).build());
        var ann = admin.as("ann");

        ann.suspend(key, MIDNIGHT);
        ann.resume(key);
        ann.suspend(key, null);
        ann.reset(key, "monthly", "daily");
        ann.deleteAccount(key);

        assertThat(changes(HistoryQuery.of(key)))
                .containsExactly(
                        "ann DELETE key 6",
                        "ann RESET key 5 daily, monthly",
                        "ann SUSPEND key 4 until resumed",
                        "ann RESUME key 3",
                        "ann SUSPEND key 2 until 2026-03-11T00:00:00Z",
                        "null CREATE key 1");
    }

    @Test
    void whatIsRefusedOrChangesNothingIsNotKept() {
        AccountId key = account("key", daily(10));

        admin.changeAccount(key, before -> before);
        admin.resume(key);
        assertThatThrownBy(() -> admin.reset(key, "weekly")).isInstanceOf(DefinitionException.class);
        spend(key, 10);

        assertThat(changes(HistoryQuery.ALL)).containsExactly("null CREATE key 1");
    }

    @Test
    void itIsReadInPagesTheLatestFirst() {
        for (int i = 1; i <= 5; i++) {
            account("key-" + i);
        }
        admin.createPolicy(QuotaPolicy.of("standard"));
        List<KeptChange> all = new ArrayList<>();

        HistoryQuery page = HistoryQuery.ALL.max(4);
        List<KeptChange> changes = admin.history(page);
        assertThat(changes).hasSize(4);
        while (!changes.isEmpty()) {
            all.addAll(changes);
            changes = admin.history(page.before(all.get(all.size() - 1)));
        }

        assertThat(all).isEqualTo(admin.history(HistoryQuery.ALL)).hasSize(6);
        assertThat(changes(HistoryQuery.of(AccountId.of("key-3")))).containsExactly("null CREATE key-3 1");
    }
}
