package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.DefinitionException;
import org.quotaledger.admin.DefinitionException.Reason;
import org.quotaledger.admin.Tightened;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.history.Change;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.policy.Suspension;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.window.QuotaWindow;

/** Edits of accounts and policies, decided on plain values. */
class EditTest {

    private static final AccountId KEY = AccountId.of("key");
    private static final AccountId ORG = AccountId.of("org");
    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
    private static final Instant MORNING = NOON.minus(4, ChronoUnit.HOURS);
    private static final String ADA = "ada";

    private final GivenDefinitions given = new GivenDefinitions();

    private static Amount tokens(long units) {
        return Amount.of(units, Meter.TOKENS);
    }

    private static QuotaLimit.Builder limit(String name, long tokens) {
        return QuotaLimit.builder(name, tokens(tokens), QuotaWindow.daily(ZoneOffset.UTC))
                .noAlerts();
    }

    private static QuotaLimit day(long tokens) {
        return limit("day", tokens).build();
    }

    private static QuotaLimit suspending(long tokens) {
        return limit("day", tokens)
                .onExhaustion(ExhaustionAction.suspendUntilResumed())
                .build();
    }

    private static QuotaLimit budget(long tokens) {
        return QuotaLimit.builder("budget", tokens(tokens), QuotaWindow.lifetime())
                .noAlerts()
                .build();
    }

    private static Account key(QuotaLimit... limits) {
        return Account.builder(KEY).overrides(List.of(limits)).build();
    }

    private static AccountEntry entry(Account account, long version) {
        return new AccountEntry(
                account,
                version,
                MORNING,
                null,
                null,
                MORNING,
                account.overrides().stream()
                        .map(limit -> new LimitEntry(limit, MORNING))
                        .toList(),
                Map.of());
    }

    private static AccountEntry deleted(AccountEntry account) {
        return new AccountEntry(
                account.account(),
                account.version() + 1,
                account.createdAt(),
                MORNING,
                null,
                account.policySince(),
                account.overrides(),
                account.resets());
    }

    private static PolicyEntry policy(QuotaLimit... limits) {
        QuotaPolicy policy = QuotaPolicy.of("gold", limits);
        return new PolicyEntry(
                policy,
                1,
                MORNING,
                policy.limits().stream()
                        .map(limit -> new LimitEntry(limit, MORNING))
                        .toList());
    }

    /** Returns a unit of work of an account that exists, with this much used of each limit. */
    private UnitOfWork work(AccountEntry account, long used) {
        given.accounts.put(account.id(), account);
        List<LimitEntry> limits = account.limits(
                account.account().policy().map(given.policies::get).orElse(null));
        List<Counter> counters = new ArrayList<>();
        for (LimitEntry entry : limits) {
            QuotaLimit limit = entry.limit();
            counters.add(new Counter(
                    account.id(),
                    limit.name(),
                    limit.window(),
                    limit.meter(),
                    limit.window().spanAt(NOON),
                    Counter.Values.of(used, 0, null, MORNING)));
        }
        return new UnitOfWork(List.of(new WorkingAccount(account, limits, counters)), null, List.of(), null, given);
    }

    private UnitOfWork work(Account account) {
        return work(entry(account, 1), 0);
    }

    /** Returns a unit of work of an account that was never created, or of a policy. */
    private UnitOfWork work() {
        return new UnitOfWork(List.of(), null, List.of(), null, given);
    }

    private static void refused(Command<?> edit, UnitOfWork work, Reason reason, String field) {
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> edit.decide(work, NOON))
                .satisfies(refused -> {
                    assertThat(refused.reason()).isEqualTo(reason);
                    assertThat(refused.field()).isEqualTo(field);
                });
        assertThat(work.changesNothing()).isTrue();
    }

    private static AccountEdit.Replace replace(Account account, long version) {
        return new AccountEdit.Replace(account, version, ADA);
    }

    @Test
    void createsAnAccountAtVersionOneAndNotesWhoDidIt() {
        UnitOfWork work = work();

        AccountEntry created = new AccountEdit.Create(key(day(10)), ADA).decide(work, NOON);

        assertThat(created.version()).isOne();
        assertThat(created.createdAt()).isEqualTo(NOON);
        assertThat(work.changedAccounts()).containsExactly(created);
        assertThat(work.changes())
                .containsExactly(new Change.OfAccount(
                        NOON,
                        ADA,
                        Change.Kind.CREATE,
                        KEY,
                        1,
                        new Change.OfAccount.Definition(null, key(day(10))),
                        null,
                        null));
        assertThat(work.events()).isEmpty();
    }

    @Test
    void createsNoAccountThatExists() {
        refused(new AccountEdit.Create(key(), ADA), work(key()), Reason.ALREADY_EXISTS, "id");
    }

    @Test
    void createsADeletedAccountAgainWhichCountsFromAfterItsLatestUse() {
        AccountEntry before = deleted(entry(key(day(10)), 4));
        given.latestUse = NOON.plusSeconds(5);

        AccountEntry created = new AccountEdit.Create(key(day(20)), ADA).decide(work(before, 7), NOON);

        assertThat(created.version()).isEqualTo(6);
        assertThat(created.createdAt()).isEqualTo(MORNING);
        assertThat(created.overrides().get(0).since()).isEqualTo(given.latestUse.plus(1, ChronoUnit.MICROS));
    }

    @Test
    void namesNoParentThatDoesNotExist() {
        Account child = Account.builder(KEY).parent(ORG).build();
        refused(new AccountEdit.Create(child, ADA), work(), Reason.INVALID, "parent");

        given.accounts.put(ORG, deleted(entry(Account.builder(ORG).build(), 1)));
        refused(new AccountEdit.Create(child, ADA), work(), Reason.INVALID, "parent");
    }

    @Test
    void standsAboveNoParentOfItsOwn() {
        given.accounts.put(ORG, entry(Account.builder(ORG).parent(KEY).build(), 1));

        refused(replace(key().toBuilder().parent(ORG).build(), 1), work(key()), Reason.INVALID, "parent");
    }

    @Test
    void stacksNoMoreAccountsThanAChainMayHave() {
        given.accounts.put(ORG, entry(Account.builder(ORG).build(), 1));
        Account child = key().toBuilder().parent(ORG).build();
        given.levelsBelow = Account.MAX_CHAIN - 2;
        assertThat(replace(child, 1).decide(work(key()), NOON).version()).isEqualTo(2);

        given.levelsBelow = Account.MAX_CHAIN - 1;
        refused(replace(child, 1), work(key()), Reason.INVALID, "parent");
    }

    @Test
    void namesNoPolicyThatDoesNotExist() {
        refused(
                new AccountEdit.Create(key().toBuilder().policy("gold").build(), ADA),
                work(),
                Reason.INVALID,
                "policy");
    }

    @Test
    void replacesOnlyTheVersionThatWasRead() {
        refused(replace(key(day(5)), 2), work(entry(key(), 3), 0), Reason.VERSION_CONFLICT, "version");
        refused(replace(key(day(5)), 1), work(), Reason.NOT_FOUND, "id");
    }

    @Test
    void leavesNoTraceOfAReplacementByTheSame() {
        AccountEntry same = entry(key(day(10)), 3);
        UnitOfWork work = work(same, 7);

        assertThat(replace(key(day(10)), 3).decide(work, NOON)).isEqualTo(same);

        assertThat(work.changesNothing()).isTrue();
    }

    @Test
    void publishesTheLimitsThatAReplacementChanges() {
        UnitOfWork work = work(entry(key(day(10), limit("old", 1).build()), 1), 7);

        replace(key(day(20), limit("new", 2).build()), 1).decide(work, NOON);

        assertThat(work.events())
                .extracting(LedgerEvent.LimitChanged.class::cast)
                .extracting(LedgerEvent.LimitChanged::limit, LedgerEvent.LimitChanged::before, event -> event.after())
                .containsExactly(
                        tuple("day", tokens(10), tokens(20)),
                        tuple("old", tokens(1), null),
                        tuple("new", null, tokens(2)));
    }

    @Test
    void suspendsInTheSameStepAnAccountWhoseLimitIsLoweredToItsUse() {
        UnitOfWork work = work(entry(key(suspending(10)), 1), 7);

        AccountEntry left = replace(key(suspending(7)), 1).decide(work, NOON);

        assertThat(left.version()).isEqualTo(3);
        assertThat(left.suspension()).isNotNull();
        assertThat(work.changedAccounts()).containsExactly(left);
        assertThat(work.changes()).extracting(Change::version).containsExactly(2L);
        assertThat(work.events())
                .extracting(LedgerEvent::kind)
                .containsExactly(
                        LedgerEvent.Kind.LIMIT_CHANGED, LedgerEvent.Kind.EXHAUSTED, LedgerEvent.Kind.SUSPENDED);
    }

    @Test
    void resumesInTheSameStepAnAccountWhoseLimitIsRaised() {
        AccountEntry suspended = entry(key(suspending(7)), 1).suspended(new Suspension(MORNING, null, "day"));
        UnitOfWork work = work(suspended, 7);

        AccountEntry left = new AmountEdit.Set(KEY, "day", tokens(8), ADA).decide(work, NOON);

        assertThat(left.suspension()).isNull();
        assertThat(work.events())
                .extracting(LedgerEvent::kind)
                .containsExactly(LedgerEvent.Kind.LIMIT_CHANGED, LedgerEvent.Kind.RESUMED);
    }

    @Test
    void isDatedAtTheClockThoughTheAccountIsAhead() {
        AccountEntry account = entry(key(suspending(10)), 1);
        UnitOfWork work = work(account, 7);
        Instant earlier = MORNING.minusSeconds(60);
        given.latestUse = MORNING;

        AccountEntry left = new AmountEdit.Set(KEY, "day", tokens(7), ADA).decide(work, earlier);

        assertThat(work.changes()).extracting(Change::at).containsExactly(earlier);
        assertThat(left.suspension()).isNotNull();
        assertThat(left.suspension().since()).isAfterOrEqualTo(MORNING);
    }

    @Test
    void countsAWindowThatIsChangedFromTheJournal() {
        given.recounted = 9;
        UnitOfWork work = work(entry(key(suspending(10)), 1), 3);
        QuotaLimit monthly = QuotaLimit.builder("day", tokens(9), QuotaWindow.monthly(ZoneOffset.UTC))
                .noAlerts()
                .onExhaustion(ExhaustionAction.suspendUntilResumed())
                .build();

        AccountEntry left = replace(key(monthly), 1).decide(work, NOON);

        assertThat(left.suspension()).isNotNull();
        assertThat(work.changedAccounts()).containsExactly(left);
        assertThat(work.changes()).hasSize(1);
    }

    @Test
    void takesTheDefinitionBackWhereTheRuleThrows() {
        AccountEntry before = entry(key(suspending(10)), 1);
        WorkingAccount account = new WorkingAccount(before, before.limits(null), List.of());
        Facts failing = new GivenDefinitions() {
            @Override
            public Counter recount(Recount asked) {
                throw new ArithmeticException("more than a long holds");
            }
        };
        UnitOfWork work = new UnitOfWork(List.of(account), null, List.of(), null, failing);
        QuotaLimit monthly = QuotaLimit.builder("day", tokens(9), QuotaWindow.monthly(ZoneOffset.UTC))
                .onExhaustion(ExhaustionAction.suspendUntilResumed())
                .build();

        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> replace(key(monthly), 1).decide(work, NOON));

        assertThat(account.entry()).isSameAs(before);
        assertThat(account.limits()).isEqualTo(before.limits(null));
        assertThat(work.changesNothing()).isTrue();
    }

    @Test
    void makesALimitOfThePolicyTheAccountsOwnByItsAmount() {
        given.policies.put("gold", policy(day(10)));
        UnitOfWork work = work(key().toBuilder().policy("gold").build());

        AccountEntry left = new AmountEdit.Set(KEY, "day", tokens(10), ADA).decide(work, NOON);

        assertThat(left.account().overrides()).containsExactly(day(10));
        assertThat(work.events()).isEmpty();
        assertThat(work.changes()).hasSize(1);
    }

    @Test
    void setsNoAmountOfALimitThatIsNotInForceOrOfAnotherMeter() {
        refused(new AmountEdit.Set(KEY, "week", tokens(5), ADA), work(key(day(10))), Reason.NOT_FOUND, "limit");
        refused(
                new AmountEdit.Set(KEY, "day", Amount.of(5, Meter.REQUESTS), ADA),
                work(key(day(10))),
                Reason.INVALID,
                "amount");
    }

    @Test
    void topsABudgetUpOnceForItsId() {
        RequestId id = RequestId.of("t");
        AmountEdit.TopUp topUp = new AmountEdit.TopUp(id, KEY, "budget", tokens(5), ADA);
        UnitOfWork first = work(key(budget(10)));

        AccountEntry left = topUp.decide(first, NOON);

        assertThat(left.account().overrides().get(0).amount()).isEqualTo(tokens(15));
        given.changes.put(id, (Change.OfAccount) first.changes().get(0));
        UnitOfWork again = work(left, 0);
        assertThat(topUp.decide(again, NOON)).isEqualTo(left);
        assertThat(again.changesNothing()).isTrue();
        refused(
                new AmountEdit.TopUp(id, KEY, "budget", tokens(6), ADA),
                work(left, 0),
                Reason.ID_CONFLICT,
                "operation");
    }

    @Test
    void topsUpNothingButALifetimeBudget() {
        refused(
                new AmountEdit.TopUp(RequestId.of("t"), KEY, "day", tokens(5), ADA),
                work(key(day(10))),
                Reason.INVALID,
                "limit");
    }

    @Test
    void tightensWhatRelaxesNothing() {
        UnitOfWork work = work(key(day(10)));

        Tightened left = new Tighten(key(day(9)), 1, ADA).decide(work, NOON);

        assertThat(left).isEqualTo(new Tightened.Done(work.changedAccounts().get(0)));
        assertThat(work.changes()).extracting(Change::actor).containsExactly(ADA);
    }

    @Test
    void leavesNoTraceOfATighteningThatRelaxes() {
        UnitOfWork work = work(key(day(10)));

        Tightened left = new Tighten(key(day(11)), 1, ADA).decide(work, NOON);

        assertThat(left).isInstanceOf(Tightened.Relaxed.class);
        assertThat(work.changesNothing()).isTrue();
    }

    @Test
    void deletesNoAccountThatIsAParentOrTakesAnOverflow() {
        given.levelsBelow = 1;
        refused(new AccountEdit.Delete(KEY, ADA), work(key()), Reason.IN_USE, "id");

        given.levelsBelow = 0;
        given.overflowTargets.add(KEY);
        refused(new AccountEdit.Delete(KEY, ADA), work(key()), Reason.IN_USE, "id");
    }

    @Test
    void deletesAnAccountOfWhichATombstoneStays() {
        UnitOfWork work = work(key(day(10)));

        AccountEntry left = new AccountEdit.Delete(KEY, ADA).decide(work, NOON);

        assertThat(left.deletedAt()).isEqualTo(NOON);
        assertThat(work.changedAccounts()).containsExactly(left);
    }

    @Test
    void overflowsToAnAccountThatExistsAndDoesNotOverflowItself() {
        QuotaLimit limit =
                limit("day", 10).onExhaustion(ExhaustionAction.overflowTo(ORG)).build();
        refused(replace(key(limit), 1), work(key()), Reason.INVALID, "onExhaustion");

        given.accounts.put(ORG, entry(Account.builder(ORG).build(), 1));
        assertThat(replace(key(limit), 1).decide(work(key()), NOON).version()).isEqualTo(2);

        given.overflowTargets.add(KEY);
        refused(replace(key(limit), 1), work(key()), Reason.INVALID, "onExhaustion");
    }

    @Test
    void suspendsUntilAnInstantToCome() {
        refused(new AccountEdit.Suspend(KEY, NOON, ADA), work(key()), Reason.INVALID, "until");
        UnitOfWork work = work(key());

        AccountEntry left = new AccountEdit.Suspend(KEY, NOON.plusSeconds(1), ADA).decide(work, NOON);

        assertThat(left.suspension()).isEqualTo(new Suspension(NOON, NOON.plusSeconds(1), null));
        assertThat(work.events()).extracting(LedgerEvent::kind).containsExactly(LedgerEvent.Kind.SUSPENDED);
    }

    @Test
    void publishesTheEndOfTheSuspensionThatAnotherReplaces() {
        AccountEntry ended = entry(key(), 1).suspended(new Suspension(MORNING, NOON.minusSeconds(1), null));
        UnitOfWork work = work(ended, 0);

        new AccountEdit.Suspend(KEY, null, ADA).decide(work, NOON);

        assertThat(work.events())
                .extracting(LedgerEvent::kind)
                .containsExactly(LedgerEvent.Kind.RESUMED, LedgerEvent.Kind.SUSPENDED);
    }

    @Test
    void resumesOnlyWhatIsSuspended() {
        UnitOfWork none = work(key());
        new AccountEdit.Resume(KEY, ADA).decide(none, NOON);
        assertThat(none.changesNothing()).isTrue();

        UnitOfWork work = work(entry(key(), 1).suspended(new Suspension(MORNING, null, null)), 0);
        AccountEntry left = new AccountEdit.Resume(KEY, ADA).decide(work, NOON);

        assertThat(left.suspension()).isNull();
        assertThat(work.events()).extracting(LedgerEvent::kind).containsExactly(LedgerEvent.Kind.RESUMED);
    }

    @Test
    void resetsALimitAndPublishesWhatWasUsed() {
        UnitOfWork work = work(entry(key(day(10)), 1), 7);

        AccountEntry left = new AccountEdit.Reset(KEY, Set.of("day"), ADA).decide(work, NOON);

        assertThat(left.resets()).containsEntry("day", NOON.plus(1, ChronoUnit.MICROS));
        assertThat(work.counters()).extracting(Counter::used).containsExactly(0L);
        assertThat(work.events())
                .singleElement()
                .extracting(event -> ((LedgerEvent.Reset) event).used())
                .isEqualTo(tokens(7));
        refused(new AccountEdit.Reset(KEY, Set.of("week"), ADA), work(key(day(10))), Reason.NOT_FOUND, "limit");
    }

    @Test
    void repairsEveryCounterFromTheJournal() {
        given.recounted = 4;
        UnitOfWork work = work(entry(key(day(10)), 1), 7);

        new AccountEdit.Repair(KEY, "found", ADA).decide(work, NOON);

        assertThat(work.counters()).extracting(Counter::used).containsExactly(4L);
        assertThat(work.changes()).extracting(Change::kind).containsExactly(Change.Kind.REPAIR);
    }

    @Test
    void createsAPolicyOnce() {
        UnitOfWork work = work();
        QuotaPolicy gold = policy(day(10)).policy();

        PolicyEntry created = new PolicyEdit.Create(gold, ADA).decide(work, NOON);

        assertThat(work.changedPolicy()).isEqualTo(new PolicyChange(null, created));
        assertThat(work.changes())
                .containsExactly(new Change.OfPolicy(NOON, ADA, Change.Kind.CREATE, "gold", 1, null, gold));
        given.policies.put("gold", created);
        refused(new PolicyEdit.Create(gold, ADA), work(), Reason.ALREADY_EXISTS, "name");
    }

    @Test
    void looksAgainAtTheAccountsWhoseLimitsAReplacedPolicyChanges() {
        given.policies.put("gold", policy(day(10)));
        UnitOfWork work = work();
        AccountEntry with = entry(key().toBuilder().policy("gold").build(), 1);
        AccountEntry overridden = entry(key(day(3)).toBuilder().policy("gold").build(), 1);

        PolicyEntry replaced = new PolicyEdit.Replace(QuotaPolicy.of("gold", day(5)), 1, ADA).decide(work, NOON);

        PolicyChange change = changed(work);
        assertThat(change.after()).isEqualTo(replaced);
        assertThat(change.reassess(with))
                .hasValueSatisfying(command -> assertThat(command.before()).isEqualTo(with.limits(change.before())));
        assertThat(change.reassess(overridden)).isEmpty();
        assertThat(work.events()).extracting(LedgerEvent::kind).containsExactly(LedgerEvent.Kind.LIMIT_CHANGED);
    }

    private static PolicyChange changed(UnitOfWork work) {
        @Nullable PolicyChange change = work.changedPolicy();
        assertThat(change).isNotNull();
        return change;
    }

    @Test
    void replacesOnlyTheVersionOfAPolicyThatWasRead() {
        given.policies.put("gold", policy(day(10)));
        QuotaPolicy other = QuotaPolicy.of("gold", day(5));

        refused(new PolicyEdit.Replace(other, 2, ADA), work(), Reason.VERSION_CONFLICT, "version");
        refused(new PolicyEdit.Replace(QuotaPolicy.of("silver", day(5)), 1, ADA), work(), Reason.NOT_FOUND, "name");
    }

    @Test
    void deletesNoPolicyThatAccountsHave() {
        given.policies.put("gold", policy(day(10)));
        given.used.add("gold");
        refused(new PolicyEdit.Delete("gold", ADA), work(), Reason.IN_USE, "name");

        given.used.clear();
        UnitOfWork work = work();
        new PolicyEdit.Delete("gold", ADA).decide(work, NOON);

        assertThat(changed(work).after()).isNull();
        assertThat(changed(work).reassess(entry(key().toBuilder().policy("gold").build(), 1)))
                .isEmpty();
    }

    @Test
    void overflowsByAPolicyToNoAccountThatHasIt() {
        given.accounts.put(ORG, entry(Account.builder(ORG).policy("gold").build(), 1));
        QuotaPolicy overflowing = QuotaPolicy.of(
                "gold",
                limit("day", 10).onExhaustion(ExhaustionAction.overflowTo(ORG)).build());
        given.used.add("gold");

        refused(new PolicyEdit.Create(overflowing, ADA), work(), Reason.INVALID, "onExhaustion");
    }

    @Test
    void requiresWhatItDefinesOrItsId() {
        assertThatNullPointerException()
                .isThrownBy(() -> new AccountEdit.Create(null, null))
                .withMessage("definition");
        assertThatNullPointerException()
                .isThrownBy(() -> new AccountEdit.Replace(null, 1, null))
                .withMessage("definition");
        assertThatNullPointerException()
                .isThrownBy(() -> new Tighten(null, 1, null))
                .withMessage("definition");
        assertThatNullPointerException()
                .isThrownBy(() -> new AccountEdit.Delete(null, null))
                .withMessage("account");
        assertThatNullPointerException()
                .isThrownBy(() -> new AccountEdit.Suspend(null, Instant.EPOCH, null))
                .withMessage("account");
        assertThatNullPointerException()
                .isThrownBy(() -> new AccountEdit.Resume(null, null))
                .withMessage("account");
        assertThatNullPointerException()
                .isThrownBy(() -> new PolicyEdit.Create(null, null))
                .withMessage("definition");
        assertThatNullPointerException()
                .isThrownBy(() -> new PolicyEdit.Replace(null, 1, null))
                .withMessage("definition");
    }
}
