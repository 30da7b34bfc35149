package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.support.TypeBasedParameterResolver;
import org.quotaledger.LedgerAdmin;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.JournalKind;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.accounting.LimitStatus;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.history.Change;
import org.quotaledger.history.HistoryQuery;
import org.quotaledger.memory.InMemoryQuotaStore;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.LimitRefusal;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.spi.JournalQuery;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.window.QuotaWindow;

/**
 * One section of {@link QuotaStoreContract}: an empty ledger at noon, and short words for what its tests do. Amounts are
 * tokens unless a test says otherwise.
 */
@ExtendWith(ContractSection.Enclosing.class)
abstract class ContractSection {

    /** A Tuesday. */
    static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");

    static final Instant MIDNIGHT = Instant.parse("2026-03-11T00:00:00Z");

    static final Duration MICROSECOND = Duration.ofNanos(1000);

    /** How long a hold lives unless a test says. */
    static final Duration TIME_TO_LIVE = Duration.ofMinutes(10);

    static final QuotaWindow HOURLY = QuotaWindow.hourly(ZoneOffset.UTC);

    static final QuotaWindow DAILY = QuotaWindow.daily(ZoneOffset.UTC);

    static final QuotaWindow MONTHLY = QuotaWindow.monthly(ZoneOffset.UTC);

    static final QuotaWindow LIFETIME = QuotaWindow.lifetime();

    @RegisterExtension
    final LedgerInvariants invariants = new LedgerInvariants();

    final ManualClock clock = new ManualClock(NOON);
    final List<LedgerEvent> events = Collections.synchronizedList(new ArrayList<>());

    QuotaStore store;
    QuotaLedger ledger;
    LedgerAdmin admin;

    /** The store and the ledger are opened when the test begins. */
    @SuppressWarnings("NullAway.Init")
    ContractSection() {}

    /** Opens the store of the contract that this section is nested in. */
    @BeforeEach
    void openLedger(QuotaStoreContract contract) {
        store = invariants.watch(contract.openStore(clock));
        ledger = QuotaLedger.builder(store).onEvent(events::add).build();
        admin = ledger.admin();
    }

    static Amount amount(long tokens) {
        return Amount.ofUnits(tokens, Meter.TOKENS);
    }

    static Charge tokens(long tokens) {
        return Charge.of(amount(tokens));
    }

    static Charge tokensAndRequests(long tokens, long requests) {
        return Charge.of(amount(tokens), Amount.ofUnits(requests, Meter.REQUESTS));
    }

    static RequestId id(String value) {
        return RequestId.of(value);
    }

    /** A strict limit of tokens a day in UTC that alerts nobody. */
    static QuotaLimit daily(long tokens) {
        return limit("daily", tokens, DAILY).build();
    }

    static QuotaLimit.Builder limit(String name, long tokens, QuotaWindow window) {
        return QuotaLimit.builder(name, amount(tokens), window).noAlerts();
    }

    /** A strict limit that suspends its account until the window ends, once it is exhausted. */
    static QuotaLimit suspending(String name, long tokens, QuotaWindow window) {
        return limit(name, tokens, window)
                .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                .build();
    }

    /** Creates an account with limits of its own. */
    AccountId account(String id, QuotaLimit... limits) {
        return admin.createAccount(
                        Account.builder(id).overrides(List.of(limits)).build())
                .id();
    }

    /** Creates an account with a parent and limits of its own. */
    AccountId account(String id, AccountId parent, QuotaLimit... limits) {
        return admin.createAccount(Account.builder(id)
                        .parent(parent)
                        .overrides(List.of(limits))
                        .build())
                .id();
    }

    /** Creates an account that has a policy and no limits of its own. */
    AccountId accountOf(String id, String policy) {
        return admin.createAccount(Account.builder(id).policy(policy).build()).id();
    }

    /** Changes the limits of an account of its own. */
    void relimit(AccountId account, QuotaLimit... limits) {
        admin.changeAccount(
                account, before -> before.toBuilder().overrides(List.of(limits)).build());
    }

    ReserveRequest.Builder request(String id, AccountId account, long tokens) {
        return ReserveRequest.builder(account, tokens(tokens)).id(id);
    }

    Admission reserve(AccountId account, long tokens) {
        return ledger.reserve(account, tokens(tokens));
    }

    /** Holds tokens for {@link #TIME_TO_LIVE}. */
    Reservation hold(AccountId account, long tokens) {
        return reserve(account, tokens).orThrow();
    }

    Reservation hold(AccountId account, long tokens, Duration timeToLive) {
        return ledger.reserve(ReserveRequest.builder(account, tokens(tokens))
                        .timeToLive(timeToLive)
                        .build())
                .orThrow();
    }

    /** Reserves tokens and settles as many. */
    Reservation spend(AccountId account, long tokens) {
        Reservation hold = hold(account, tokens);
        hold.settle(tokens(tokens)).orThrow();
        return hold;
    }

    static Refusal refusal(Admission admission) {
        return admission.fold(
                granted -> {
                    throw new AssertionError("granted " + granted);
                },
                refused -> refused,
                conflict -> {
                    throw new AssertionError(conflict.message());
                });
    }

    static Declined declined(Answer<?> answer) {
        return answer.fold(
                done -> {
                    throw new AssertionError("done " + done);
                },
                reason -> reason);
    }

    /** Returns the field in which an admission's request differs from the one before. */
    static String conflict(Admission admission) {
        return admission.fold(
                granted -> "granted",
                refused -> "refused",
                declined -> declined instanceof Declined.Conflict conflict ? conflict.field() : declined.message());
    }

    static String conflict(Answer<?> answer) {
        return declined(answer) instanceof Declined.Conflict conflict ? conflict.field() : "no conflict";
    }

    static ReservationStatus wrongState(Answer<?> answer) {
        Declined declined = declined(answer);
        assertThat(declined).isInstanceOf(Declined.WrongState.class);
        return ((Declined.WrongState) declined).status();
    }

    static List<String> limitNames(Refusal refusal) {
        return refusal.limits().stream()
                .map(limit -> limit.account() + "/" + limit.limit().name())
                .toList();
    }

    static LimitRefusal onlyLimit(Refusal refusal) {
        assertThat(refusal.limits()).hasSize(1);
        return refusal.limits().get(0);
    }

    LimitStatus status(AccountId account, String limit) {
        return ledger.usage(account).stream()
                .filter(status -> status.account().equals(account)
                        && status.limit().name().equals(limit))
                .findFirst()
                .orElseThrow(() -> new AssertionError(account + " has no limit " + limit));
    }

    Amount limitOf(AccountId account, String limit) {
        return status(account, limit).limit().amount();
    }

    /** Returns the used and held units of an account's limit, such as {@code "3 used, 2 held"}. */
    String usage(AccountId account, String limit) {
        LimitStatus status = status(account, limit);
        return status.used().units() + " used, " + status.held().units() + " held";
    }

    /** Returns the used and held units of the limit {@code daily}. */
    String usage(AccountId account) {
        return usage(account, "daily");
    }

    /** Returns the used and held units of every limit of the account and its parents. */
    String usageOfAll(AccountId account) {
        return String.join(
                ", ",
                ledger.usage(account).stream()
                        .map(status -> status.account() + "/" + status.limit().name() + " "
                                + status.used().units() + "+"
                                + status.held().units())
                        .toList());
    }

    ReservationState state(RequestId id) {
        return ledger.reservation(id).orElseThrow(() -> new AssertionError("no reservation " + id));
    }

    ReservationState state(Reservation reservation) {
        return state(reservation.id());
    }

    List<JournalRow> journal() {
        List<JournalRow> rows = new ArrayList<>();
        admin.journal(JournalQuery.ALL, rows::add);
        return rows;
    }

    /** Returns the rows of the journal as text, in the order in which they were written. */
    List<String> journalLines() {
        return journal().stream()
                .map(row -> row.kind() + " " + row.account()
                        + (row.meter() == null ? "" : " " + row.units() + " " + row.meter())
                        + (row.excess() == 0 ? "" : " excess " + row.excess())
                        + (row.late() ? " late" : "")
                        + (row.reason() == null ? "" : " " + row.reason()))
                .toList();
    }

    JournalRow onlyRow(JournalKind kind) {
        List<JournalRow> rows =
                journal().stream().filter(row -> row.kind() == kind).toList();
        assertThat(rows).hasSize(1);
        return Objects.requireNonNull(rows.get(0));
    }

    /** Says who did what to an account and why, the latest first. */
    List<String> history(AccountId account) {
        return admin.history(HistoryQuery.of(account)).stream()
                .map(kept -> (Change.OfAccount) kept.change())
                .map(change -> change.actor() + " " + change.kind() + " " + change.operation() + " " + change.note())
                .toList();
    }

    static ReserveRequest.Builder observing(AccountId account, long tokens) {
        return ReserveRequest.builder(account, tokens(tokens)).mode(ReserveMode.OBSERVE);
    }

    static ReserveRequest.Builder atMost(AccountId account, long tokens) {
        return ReserveRequest.builder(account, tokens(tokens)).mode(ReserveMode.AT_MOST);
    }

    /** Passes a section the contract that encloses it. A section by itself is about the store in memory. */
    static final class Enclosing extends TypeBasedParameterResolver<QuotaStoreContract> {
        @Override
        public QuotaStoreContract resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRequiredTestInstances()
                    .findInstance(QuotaStoreContract.class)
                    .orElseGet(InMemory::new);
        }
    }

    private static final class InMemory extends QuotaStoreContract {
        @Override
        protected QuotaStore openStore(Clock storeClock) {
            return new InMemoryQuotaStore(storeClock);
        }
    }
}
