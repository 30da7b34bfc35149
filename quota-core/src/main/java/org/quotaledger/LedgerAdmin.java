package org.quotaledger;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.admin.Tightened;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.history.HistoryQuery;
import org.quotaledger.history.KeptChange;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Charged;
import org.quotaledger.reservation.Refunded;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.spi.Compacted;
import org.quotaledger.spi.JournalQuery;
import org.quotaledger.spi.UsageAudit;

/**
 * The side of a ledger that manages accounts and policies and looks after it. Thread-safe.
 *
 * <p>A change that cannot be done throws {@link org.quotaledger.admin.DefinitionException}, whose message names the
 * field, its value and what is allowed; nothing is half-written. A change counts for every reserve that comes after it,
 * on every node that shares the store.
 */
public interface LedgerAdmin {

    /**
     * Returns the same in the name of an actor, who then stands in the history beside what is changed through it; without,
     * nobody is named.
     *
     * @param actor who changes things, in the host's own words: 1 to 200 characters
     * @throws IllegalArgumentException if that is not as allowed
     */
    LedgerAdmin as(String actor);

    /** Returns a page of the history: who changed what when, the latest change first. It is kept for good. */
    List<KeptChange> history(HistoryQuery query);

    /** Creates an account. */
    AccountEntry createAccount(Account account);

    /** Returns an account, or empty if there is none or it was deleted. */
    Optional<AccountEntry> account(AccountId id);

    /**
     * Returns accounts in the order of their ids, without deleted ones.
     *
     * @param after only ids after this one, or {@code null} to begin at the first
     * @param max at most so many, 1 to 10,000
     */
    List<AccountEntry> accounts(@Nullable AccountId after, int max);

    /**
     * Changes an account.
     *
     * @param change what it is to be, made of what it is; called again if somebody else changed it meanwhile, so it must
     *     have no effect of its own
     */
    AccountEntry changeAccount(AccountId id, UnaryOperator<Account> change);

    /** Lets an account reserve again that a person switched off. */
    default AccountEntry enable(AccountId id) {
        return changeAccount(id, account -> account.toBuilder().disabled(false).build());
    }

    /** Switches an account off: reserves are refused until {@link #enable}, settling goes on. */
    default AccountEntry disable(AccountId id) {
        return changeAccount(id, account -> account.toBuilder().disabled(true).build());
    }

    /** Sets the last instant at which an account may reserve; {@code null} for no end. */
    default AccountEntry expireAt(AccountId id, @Nullable Instant expiresAt) {
        return changeAccount(
                id, account -> account.toBuilder().expiresAt(expiresAt).build());
    }

    /**
     * Changes an account as one may who is not to get more by it, such as the owner of a key: every limit in force must
     * survive with its window and no more room, the parent and the policy stay, it neither expires later nor is enabled,
     * no alert is silenced, and no other account is charged in its place. Limits may be added and amounts lowered, but
     * no limit may come to suspend until its window ends while another one suspends until resumed. A limit of the policy
     * that is tightened here is the account's own from then on, and does not follow the policy's any more; one that is
     * given as the policy has it stays the policy's.
     *
     * @param change as for {@link #changeAccount}
     * @return what the account is now, or all that the change would have relaxed; nothing is changed then
     */
    Tightened tighten(AccountId id, UnaryOperator<Account> change);

    /**
     * Gives a limit in force of an account another amount; what is used stays. A limit of its policy becomes one of its own
     * by that. An amount that is not above what is used exhausts the limit at once, one above it lets the account in again.
     */
    AccountEntry setAmount(AccountId id, String limit, Amount amount);

    /** Gives a limit of a policy another amount, for all accounts that have it and no limit of that name of their own. */
    PolicyEntry setPolicyAmount(String policy, String limit, Amount amount);

    /**
     * Adds to the amount of a lifetime budget of an account. Done once for its id: again it does nothing, however much
     * later.
     *
     * @param id the top-up's own id
     * @param amount how much more, above zero
     * @throws org.quotaledger.admin.DefinitionException if the limit is no lifetime budget, or the id was used before for
     *     another change
     */
    AccountEntry topUp(RequestId id, AccountId account, String limit, Amount amount);

    /**
     * Charges an account and its parents by hand, for what no request tells of: journaled and kept in the history with the
     * reason. It counts as used and not as a request. What is used is lowered by a {@link #refund} of something that was
     * charged, or a {@link #reset}, and by nothing else.
     *
     * @param id the charge's own id; the same again, whatever the reason, is replayed
     * @param reason 1 to 200 characters
     * @throws IllegalArgumentException if the charge names no meter, or the reason is not as allowed
     */
    Answer<Charged> charge(RequestId id, AccountId account, Charge charge, String reason);

    /**
     * Gives back by hand some of what a settled reservation or a direct charge was charged: journaled and kept in the
     * history with the reason.
     *
     * @param refund the refund's own id; the same again, whatever the reason, is replayed
     * @param charge of meters that were charged, not necessarily all, and in all no more than was charged
     * @param reason 1 to 200 characters
     * @throws IllegalArgumentException if the charge names no meter, or the reason is not as allowed
     */
    Answer<Refunded> refund(RequestId refund, RequestId reservation, Charge charge, String reason);

    /** Gives an account a limit of its own, in the place of the policy's limit of that name or beside its limits. */
    default AccountEntry override(AccountId id, QuotaLimit limit) {
        return changeAccount(id, account -> account.toBuilder().override(limit).build());
    }

    /** Takes an account's own limit away, so that the policy's limit of that name, if any, counts again. */
    default AccountEntry withoutOverride(AccountId id, String limit) {
        return changeAccount(
                id, account -> account.toBuilder().withoutOverride(limit).build());
    }

    /**
     * Suspends an account.
     *
     * @param until when it ends by itself, or {@code null} where only {@link #resume} ends it
     */
    AccountEntry suspend(AccountId id, @Nullable Instant until);

    /** Ends an account's suspension; does nothing where there is none. A disabled account stays disabled. */
    AccountEntry resume(AccountId id);

    /**
     * Clears what is used of limits in force of an account: what was reserved before does not count for them any more,
     * nor when it is settled later. No window is moved and the journal stays as it is. A suspension that one of them
     * caused ends.
     *
     * @param limits their names, 1 or more
     */
    AccountEntry reset(AccountId id, String... limits);

    /** Deletes an account that is nobody's parent and that no limit overflows to. Its journal stays, and its open holds can be settled. */
    void deleteAccount(AccountId id);

    /** Creates a policy. */
    PolicyEntry createPolicy(QuotaPolicy policy);

    /** Returns a policy, or empty. */
    Optional<PolicyEntry> policy(String name);

    /**
     * Returns policies in the order of their names.
     *
     * @param after only names after this one, or {@code null} to begin at the first
     * @param max at most so many, 1 to 10,000
     */
    List<PolicyEntry> policies(@Nullable String after, int max);

    /**
     * Changes a policy for all accounts that have it. Limits that count as before keep what is used; a limit whose meter,
     * window or charge time is another counts what the journal says, but a window since first use is not opened in the
     * past: it opens with the next use.
     *
     * @param change what it is to be, made of what it is; called again if somebody else changed it meanwhile, so it must
     *     have no effect of its own
     */
    PolicyEntry changePolicy(String name, UnaryOperator<QuotaPolicy> change);

    /** Deletes a policy that no account has. */
    void deletePolicy(String name);

    /** Gives the journal's rows to {@code rows}, in the order in which they were written, as they are at one instant. */
    void journal(JournalQuery query, Consumer<JournalRow> rows);

    /**
     * Returns the usage rows of an account with a fault: they differ from the journal and the holds, their sum is more than
     * a {@code long} holds, or they are {@linkplain UsageAudit#isAhead ahead of the clock}.
     */
    List<UsageAudit> audit(AccountId id);

    /**
     * Puts what an account's limits count to what the journal and the holds say it should be. Suspensions begin and end
     * with it as they do with a changed limit. Nothing is changed where every row agrees.
     *
     * @return the rows that differed
     */
    List<UsageAudit> repair(AccountId id);

    /** Returns the same of every account. */
    List<UsageAudit> audit();

    /**
     * Brings an account back to the clock, which was ahead and has been set right. Without that its time stands still until
     * the clock has caught up. With it come all accounts under its topmost parent, which their steps drag along.
     *
     * <p>Instants after the clock become the clock. The charges count in the windows of now, and live holds end their time
     * to live from now on. All limits count anew from the journal and the holds; no amount of the journal changes. A reset
     * in the time ahead becomes one at the clock, so charges of the time ahead count again. Events that were not delivered
     * are due at once. On a database it takes the rights of {@link #compact} and one more.
     *
     * @return the accounts that were brought back
     */
    List<AccountId> returnToClock(AccountId id);

    /**
     * Tidies up one bounded batch: counts what was refused, writes down which holds have expired and which suspensions have
     * ended, and forgets ids that were remembered long enough. Right answers never wait for it; it may be called at any
     * time, on several nodes; every node should, since only it can count what it refused.
     *
     * @param max at most so many of each, 1 to 10,000; refusals are all counted, whatever this is
     */
    Sweep sweep(int max);

    /**
     * Makes the journal smaller, in one bounded batch: old rows that agree in everything but their ids, within a quarter of an
     * hour, become one that holds their sums and says how often. No report, counter or audit changes by that, nor does
     * anything that limits of whatever window count later, unless the boundaries of that window lie between quarters.
     *
     * @param recordedBefore only rows that were written before; at the latest now less the time for which ids are remembered
     * @param after how far the pass has come, as the batch before told, or {@code null} to begin one
     * @param max at most so many rows are looked at, 1 to 10,000
     * @throws IllegalArgumentException if ids may still be remembered of rows that were written before
     */
    Compacted compact(Instant recordedBefore, Compacted.@Nullable Point after, int max);

    /**
     * What a batch of tidying did.
     *
     * @param expired how many reservations were written down as expired
     * @param resumed of how many accounts it was written down that their suspension has ended by itself
     * @param forgotten how many reservations, direct charges and refunds were forgotten
     */
    record Sweep(int expired, int resumed, int forgotten) {}
}
