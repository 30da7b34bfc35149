package org.quotaledger.accounting;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.DefinitionException;
import org.quotaledger.admin.DefinitionException.Reason;
import org.quotaledger.amount.Amount;
import org.quotaledger.history.Change;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RequestId;

/**
 * An edit of the amount of one limit in force of an account, which answers the account as it is then. A limit of its policy
 * becomes one of its own by that, and keeps its usage. Immutable and thread-safe.
 */
public sealed interface AmountEdit extends Command.Edit<AccountEntry> {

    @Override
    AccountId account();

    /** Returns the limit's name. */
    String limit();

    /** Sets the amount of the limit. */
    record Set(
            AccountId account,
            String limit,
            Amount amount,
            @Nullable String actor) implements AmountEdit {

        /** Checks that nothing but the actor is absent. */
        public Set {
            Objects.requireNonNull(account, "account");
            Objects.requireNonNull(limit, "limit");
            Objects.requireNonNull(amount, "amount");
        }

        @Override
        public AccountEntry apply(UnitOfWork work) {
            AccountEntry before = Editing.existing(account, work);
            QuotaLimit of = inForce(limit, amount, work);
            boolean isItsOwn = before.account().overrides().stream()
                    .anyMatch(own -> own.name().equals(limit));
            return of.amount().equals(amount) && isItsOwn
                    ? work.unchanged(before)
                    : edit(this, Change.Kind.CHANGE, of.withAmount(amount), null, work);
        }
    }

    /**
     * Adds to the amount of a lifetime budget, once for its id.
     *
     * @param operation the id of this top-up
     * @param amount how much more, above zero
     */
    record TopUp(
            RequestId operation,
            AccountId account,
            String limit,
            Amount amount,
            @Nullable String actor) implements AmountEdit {

        /** @throws IllegalArgumentException if the amount is not above zero */
        public TopUp {
            Objects.requireNonNull(operation, "operation");
            Objects.requireNonNull(account, "account");
            Objects.requireNonNull(limit, "limit");
            if (amount.units() <= 0) {
                throw new IllegalArgumentException("top-up is " + amount + ": expected more than zero");
            }
        }

        @Override
        public AccountEntry apply(UnitOfWork work) {
            AccountEntry before = Editing.existing(account, work);
            Change.OfAccount earlier = work.definitions().change(operation);
            if (earlier != null) {
                checkSame(earlier);
                return work.unchanged(before);
            }
            QuotaLimit of = inForce(limit, amount, work);
            if (of.window().recurs()) {
                throw new DefinitionException(
                        Reason.INVALID,
                        "limit",
                        "window of limit " + limit + " is \"" + of.window()
                                + "\": expected a lifetime budget to top up");
            }
            return edit(this, Change.Kind.TOP_UP, of.withAmount(of.amount().plus(amount)), note(), work);
        }

        private void checkSame(Change.OfAccount earlier) {
            boolean same = earlier.kind() == Change.Kind.TOP_UP
                    && earlier.account().equals(account)
                    && note().equals(earlier.note());
            if (!same) {
                throw new DefinitionException(
                        Reason.ID_CONFLICT,
                        "operation",
                        "id " + operation + " was used before for " + earlier.kind() + " of account "
                                + earlier.account() + ", " + earlier.note() + "; now for a top-up of account "
                                + account + ", " + note());
            }
        }

        private String note() {
            return limit + " + " + amount;
        }
    }

    private static QuotaLimit inForce(String name, Amount amount, UnitOfWork work) {
        QuotaLimit limit = Editing.inForce(name, work).limit();
        if (!limit.meter().equals(amount.meter())) {
            throw new DefinitionException(
                    Reason.INVALID,
                    "amount",
                    "amount of limit " + name + " is " + amount + ": expected one of its meter " + limit.meter());
        }
        return limit;
    }

    private static AccountEntry edit(
            AmountEdit edit, Change.Kind kind, QuotaLimit limit, @Nullable String note, UnitOfWork work) {
        AccountEntry before = Editing.existing(edit.account(), work);
        AccountEntry after = Editing.replaced(
                before, before.account().toBuilder().override(limit).build(), work);
        return Editing.edit(work, edit, kind, after, note);
    }
}
