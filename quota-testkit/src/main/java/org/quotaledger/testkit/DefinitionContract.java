package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.AccountStatus;
import org.quotaledger.accounting.AccountEdit;
import org.quotaledger.admin.DefinitionException;
import org.quotaledger.admin.DefinitionException.Reason;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.spi.QuotaStore;

/** Accounts and policies: created, read, listed, changed and deleted, or refused with nothing half-written. */
abstract class DefinitionContract extends ContractSection {

    @Test
    void anAccountIsReadAsItWasCreated() {
        admin.createPolicy(QuotaPolicy.of("standard", daily(10)));
        account("team");
        Account account = Account.builder("key")
                .parent("team")
                .policy("standard")
                .override(limit("own", 5, DAILY).graceful().build())
                .expiresAt(NOON.plusSeconds(60))
                .build();

        AccountEntry created = admin.createAccount(account);

        assertThat(created.account()).isEqualTo(account);
        assertThat(created.version()).isEqualTo(1);
        assertThat(created.createdAt()).isEqualTo(NOON);
        assertThat(created.statusAt(NOON)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(admin.account(account.id())).contains(created);
        assertThat(store.account(account.id())).contains(created);
    }

    @Test
    void thereIsNoAccountThatWasNeverCreated() {
        assertThat(admin.account(AccountId.of("nobody"))).isEmpty();
        assertThat(admin.accounts(null, 10)).isEmpty();
        assertThat(admin.policy("none")).isEmpty();
        assertThat(admin.policies(null, 10)).isEmpty();
        assertThat(ledger.usage(AccountId.of("nobody"))).isEmpty();
        assertThat(admin.audit(AccountId.of("nobody"))).isEmpty();
    }

    @Test
    void idsAreToldApartByTheirCaseAndByEveryCharacter() {
        List<String> ids = List.of("Key", "a key", "key", "key ", "kéy", "钥匙", "\uD83D\uDD11");
        ids.forEach(this::account);

        assertThat(admin.accounts(null, 100))
                .extracting(entry -> entry.id().value())
                .containsExactlyInAnyOrderElementsOf(ids);
        spend(AccountId.of("key"), 3);
        assertThat(journal()).extracting(row -> row.account().value()).containsExactly("key");
    }

    @Test
    void theLongestIdsAndNamesAreKept() {
        String longest = "\u00e9".repeat(AccountId.MAX_LENGTH);
        String name = "n".repeat(QuotaPolicy.MAX_NAME);
        admin.createPolicy(
                QuotaPolicy.of(name, limit("l".repeat(100), 10, DAILY).build()));
        AccountId key = accountOf(longest, name);

        ledger.charge(id("i".repeat(200)), key, tokens(4)).orThrow();

        assertThat(usage(key, "l".repeat(100))).isEqualTo("4 used, 0 held");
    }

    @Test
    void accountsAreListedInPagesInTheOrderOfTheirIds() {
        for (String id : List.of("c", "a", "e", "b", "d")) {
            account(id);
        }
        admin.deleteAccount(AccountId.of("c"));

        assertThat(ids(admin.accounts(null, 2))).containsExactly("a", "b");
        assertThat(ids(admin.accounts(AccountId.of("b"), 2))).containsExactly("d", "e");
        assertThat(ids(admin.accounts(AccountId.of("e"), 2))).isEmpty();
        assertThat(ids(admin.accounts(AccountId.of("aa"), 1))).containsExactly("b");
        assertThat(ids(store.accounts(AccountId.of("b"), 2))).containsExactly("c", "d");
    }

    private static List<String> ids(List<AccountEntry> page) {
        return page.stream().map(entry -> entry.id().value()).toList();
    }

    @Test
    void anAccountIsChangedAndItsVersionCounts() {
        account("team");
        AccountId key = account("key", daily(10));
        clock.advance(Duration.ofMinutes(1));

        AccountEntry changed = admin.changeAccount(
                key, before -> before.toBuilder().parent("team").disabled(true).build());

        assertThat(changed.version()).isEqualTo(2);
        assertThat(changed.createdAt()).isEqualTo(NOON);
        assertThat(changed.account().parent()).contains(AccountId.of("team"));
        assertThat(changed.account().overrides()).containsExactly(daily(10));
        assertThat(admin.account(key)).contains(changed);
    }

    @Test
    void aChangeIsMadeOfWhatSomebodyElseChangedMeanwhile() {
        AccountId key = account("key");
        AtomicInteger calls = new AtomicInteger();

        admin.changeAccount(key, before -> {
            if (calls.incrementAndGet() == 1) {
                admin.disable(key);
            }
            return before.toBuilder().expiresAt(NOON.plusSeconds(1)).build();
        });

        Account account = admin.account(key).orElseThrow().account();
        assertThat(calls).hasValue(2);
        assertThat(account.disabled()).isTrue();
        assertThat(account.expiresAt()).contains(NOON.plusSeconds(1));
    }

    @Test
    void racingChangesAreAllMade() throws InterruptedException {
        AccountId key = account("key");
        admin.createPolicy(QuotaPolicy.of("standard"));

        Race.of(8, thread -> {
            admin.override(key, limit("own" + thread, 5, DAILY).build());
            admin.changePolicy("standard", before -> {
                List<QuotaLimit> more = new ArrayList<>(before.limits());
                more.add(limit("shared" + thread, 5, DAILY).build());
                return new QuotaPolicy("standard", more);
            });
        });

        assertThat(admin.account(key).orElseThrow().account().overrides()).hasSize(8);
        assertThat(admin.account(key).orElseThrow().version()).isEqualTo(9);
        assertThat(admin.policy("standard").orElseThrow().limits()).hasSize(8);
        assertThat(admin.policy("standard").orElseThrow().version()).isEqualTo(9);
    }

    @Test
    void anAccountCannotBeCreatedTwice() {
        account("key", daily(10));

        DefinitionException refused = refused(() -> account("key"));

        assertThat(refused.reason()).isEqualTo(Reason.ALREADY_EXISTS);
        assertThat(refused.field()).isEqualTo("id");
        assertThat(refused).hasMessageContaining("key");
        assertThat(usage(AccountId.of("key"))).isEqualTo("0 used, 0 held");
    }

    @Test
    void whatDoesNotExistCannotBeChangedOrDeleted() {
        AccountId nobody = AccountId.of("nobody");

        for (ThrowingCallable change : List.<ThrowingCallable>of(
                () -> admin.disable(nobody),
                () -> admin.suspend(nobody, null),
                () -> admin.resume(nobody),
                () -> admin.deleteAccount(nobody))) {
            DefinitionException refused = refused(change);
            assertThat(refused.reason()).isEqualTo(Reason.NOT_FOUND);
            assertThat(refused.field()).isEqualTo("id");
            assertThat(refused).hasMessageContaining("nobody");
        }
        for (ThrowingCallable change : List.<ThrowingCallable>of(
                () -> admin.changePolicy("none", before -> before), () -> admin.deletePolicy("none"))) {
            DefinitionException refused = refused(change);
            assertThat(refused.reason()).isEqualTo(Reason.NOT_FOUND);
            assertThat(refused.field()).isEqualTo("name");
            assertThat(refused).hasMessageContaining("none");
        }
    }

    @Test
    void anAccountNeedsTheParentAndThePolicyThatItNames() {
        AccountId key = account("key");

        DefinitionException noParent = refused(() -> account("child", AccountId.of("nobody")));
        DefinitionException noPolicy = refused(() -> admin.changeAccount(
                key, before -> before.toBuilder().policy("none").build()));

        assertThat(noParent.reason()).isEqualTo(Reason.INVALID);
        assertThat(noParent.field()).isEqualTo("parent");
        assertThat(noParent).hasMessageContaining("nobody").hasMessageContaining("existing account");
        assertThat(noPolicy.field()).isEqualTo("policy");
        assertThat(noPolicy).hasMessageContaining("none").hasMessageContaining("existing policy");
        assertThat(admin.account(AccountId.of("child"))).isEmpty();
        assertThat(admin.account(key).orElseThrow().version()).isEqualTo(1);
    }

    @Test
    void parentsFormNoCycle() {
        AccountId org = account("org");
        AccountId team = account("team", org);
        AccountId key = account("key", team);

        DefinitionException refused = refused(() -> admin.changeAccount(
                org, before -> before.toBuilder().parent(key).build()));

        assertThat(refused.reason()).isEqualTo(Reason.INVALID);
        assertThat(refused.field()).isEqualTo("parent");
        assertThat(refused).hasMessageContaining("key");
        assertThat(admin.account(org).orElseThrow().account().parent()).isEmpty();
        assertThatThrownBy(() -> Account.builder("x").parent("x").build()).hasMessageContaining("x");
    }

    @Test
    void parentsAreAtMostEightDeepFromAboveAndFromBelow() {
        AccountId top = account("a1");
        AccountId last = top;
        for (int i = 2; i <= 8; i++) {
            last = account("a" + i, last);
        }
        AccountId eighth = last;
        AccountId single = account("single");

        DefinitionException below = refused(() -> account("a9", eighth));
        DefinitionException above = refused(() -> admin.changeAccount(
                top, before -> before.toBuilder().parent(single).build()));

        for (DefinitionException refused : List.of(below, above)) {
            assertThat(refused.field()).isEqualTo("parent");
            assertThat(refused).hasMessageContaining("8").hasMessageContaining("9");
        }
        assertThat(reserve(eighth, 1).granted()).isTrue();
    }

    @Test
    void aNewParentIsChargedFromThenOn() {
        AccountId one = account("one", daily(10));
        AccountId two = account("two", daily(10));
        AccountId key = account("key", one);
        Reservation before = hold(key, 4);

        admin.changeAccount(key, account -> account.toBuilder().parent(two).build());
        spend(key, 3);
        before.settle(tokens(4)).orThrow();

        assertThat(usage(one)).isEqualTo("4 used, 0 held");
        assertThat(usage(two)).isEqualTo("3 used, 0 held");
    }

    @Test
    void aParentCannotBeDeleted() {
        AccountId team = account("team");
        AccountId key = account("key", team);

        DefinitionException refused = refused(() -> admin.deleteAccount(team));

        assertThat(refused.reason()).isEqualTo(Reason.IN_USE);
        assertThat(refused).hasMessageContaining("team");
        admin.deleteAccount(key);
        admin.deleteAccount(team);
        assertThat(admin.accounts(null, 10)).isEmpty();
    }

    @Test
    void aDeletedAccountKeepsItsJournal() {
        AccountId key = account("key", daily(10));
        spend(key, 4);

        admin.deleteAccount(key);

        assertThat(admin.account(key)).isEmpty();
        assertThat(store.account(key).orElseThrow().deleted()).isTrue();
        assertThat(journalLines()).containsExactly("SETTLE key 4 tokens");
    }

    @Test
    void aDeletedIdThatIsCreatedAgainGoesOnCounting() {
        AccountId key = account("key", daily(10));
        Reservation open = hold(key, 2);
        spend(key, 6);
        admin.deleteAccount(key);
        clock.advance(MICROSECOND);

        AccountEntry again =
                admin.createAccount(Account.builder("key").override(daily(10)).build());

        assertThat(again.version()).isEqualTo(3);
        assertThat(again.createdAt()).isEqualTo(NOON);
        assertThat(usage(key)).isEqualTo("6 used, 2 held");
        assertThat(reserve(key, 3).granted()).isFalse();
        open.settle(tokens(1)).orThrow();
        assertThat(usage(key)).isEqualTo("7 used, 0 held");
    }

    @Test
    void aPolicyIsReadAsItWasCreated() {
        QuotaPolicy policy = QuotaPolicy.of("standard", daily(10));

        PolicyEntry created = admin.createPolicy(policy);

        assertThat(created.policy()).isEqualTo(policy);
        assertThat(created.version()).isEqualTo(1);
        assertThat(created.changedAt()).isEqualTo(NOON);
        assertThat(created.limits()).extracting(LimitEntry::since).containsExactly(NOON);
        assertThat(admin.policy("standard")).contains(created);
    }

    @Test
    void policiesAreListedInPagesInTheOrderOfTheirNames() {
        for (String name : List.of("c", "a", "b")) {
            admin.createPolicy(QuotaPolicy.of(name));
        }

        assertThat(admin.policies(null, 2)).extracting(PolicyEntry::name).containsExactly("a", "b");
        assertThat(admin.policies("b", 2)).extracting(PolicyEntry::name).containsExactly("c");
    }

    @Test
    void aPolicyCannotBeCreatedTwiceNorDeletedWhileAnAccountHasIt() {
        admin.createPolicy(QuotaPolicy.of("standard", daily(10)));
        AccountId key = accountOf("key", "standard");

        assertThat(refused(() -> admin.createPolicy(QuotaPolicy.of("standard"))).reason())
                .isEqualTo(Reason.ALREADY_EXISTS);
        assertThat(refused(() -> admin.deletePolicy("standard")).reason()).isEqualTo(Reason.IN_USE);
        assertThat(usage(key)).isEqualTo("0 used, 0 held");

        admin.deleteAccount(key);
        admin.deletePolicy("standard");
        assertThat(admin.policy("standard")).isEmpty();
    }

    @Test
    void anEditThatIsSubmittedIsAnsweredAsEveryCommandIs() {
        AccountId key = account("key");

        AccountEntry suspended = QuotaStore.await(store.submit(new AccountEdit.Suspend(key, null, "ada")))
                .answer();

        assertThat(store.account(key)).contains(suspended);
        assertThat(refused(() -> QuotaStore.await(store.submit(new AccountEdit.Resume(AccountId.of("other"), "ada"))))
                        .reason())
                .isEqualTo(Reason.NOT_FOUND);
    }

    private static DefinitionException refused(ThrowingCallable change) {
        DefinitionException refused = catchThrowableOfType(DefinitionException.class, change);
        assertThat(refused).as("refused").isNotNull();
        return refused;
    }
}
