package org.quotaledger.admin;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.DefinitionException.Reason;
import org.quotaledger.amount.Amount;
import org.quotaledger.history.Change;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RequestId;

/**
 * A change of the amount of one limit in force of an account. A limit of its policy becomes one of its own by that, which
 * goes on counting what was counted. Immutable and thread-safe.
 */
public sealed interface AmountCommand extends AdminCommand<AccountEntry> {

    @Override
    AccountId accountId();

    /** Returns the limit's name. */
    String limit();

    @Override
    default AccountEntry reassessed(AccountEntry answer, @Nullable AccountEntry account) {
        return account == null ? answer : account;
    }

    /** Gives the limit an amount. */
    record Set(AccountId accountId, String limit, Amount amount) implements AmountCommand {

        /** All are required. */
        public Set {
            Objects.requireNonNull(accountId, "accountId");
            Objects.requireNonNull(limit, "limit");
            Objects.requireNonNull(amount, "amount");
        }

        @Override
        public AdminStep<AccountEntry> apply(AdminState state, Instant now) {
            AccountEntry before = AccountRules.existing(accountId, state);
            QuotaLimit of = inForce(before, limit, amount, state);
            boolean isItsOwn = before.account().overrides().stream()
                    .anyMatch(own -> own.name().equals(limit));
            return of.amount().equals(amount) && isItsOwn
                    ? AdminStep.unchanged(before)
                    : changed(before, of.withAmount(amount), Change.Kind.CHANGE, null, null, state, now);
        }
    }

    /**
     * Adds to the amount of a lifetime budget, once for its id.
     *
     * @param operation the id of this top-up
     * @param amount how much more, above zero
     */
    record TopUp(RequestId operation, AccountId accountId, String limit, Amount amount) implements AmountCommand {

        /** @throws IllegalArgumentException if the amount is not above zero */
        public TopUp {
            Objects.requireNonNull(operation, "operation");
            Objects.requireNonNull(accountId, "accountId");
            Objects.requireNonNull(limit, "limit");
            if (amount.units() <= 0) {
                throw new IllegalArgumentException("top-up is " + amount + ": expected more than zero");
            }
        }

        @Override
        public AdminStep<AccountEntry> apply(AdminState state, Instant now) {
            AccountEntry before = AccountRules.existing(accountId, state);
            Change.OfAccount earlier = state.earlier();
            if (earlier != null) {
                checkSame(earlier);
                return AdminStep.unchanged(before);
            }
            QuotaLimit of = inForce(before, limit, amount, state);
            if (of.window().recurs()) {
                throw new DefinitionException(
                        Reason.INVALID,
                        "limit",
                        "window of limit " + limit + " is \"" + of.window()
                                + "\": expected a lifetime budget to top up");
            }
            return changed(
                    before, of.withAmount(of.amount().plus(amount)), Change.Kind.TOP_UP, operation, note(), state, now);
        }

        private void checkSame(Change.OfAccount earlier) {
            boolean same = earlier.kind() == Change.Kind.TOP_UP
                    && earlier.account().equals(accountId)
                    && note().equals(earlier.note());
            if (!same) {
                throw new DefinitionException(
                        Reason.ID_CONFLICT,
                        "operation",
                        "id " + operation + " was used before for " + earlier.kind() + " of account "
                                + earlier.account() + ", " + earlier.note() + "; now for a top-up of account "
                                + accountId
                                + ", " + note());
            }
        }

        private String note() {
            return limit + " + " + amount;
        }
    }

    private static QuotaLimit inForce(AccountEntry account, String name, Amount amount, AdminState state) {
        QuotaLimit limit = AccountRules.inForce(account, name, state).limit();
        if (!limit.meter().equals(amount.meter())) {
            throw new DefinitionException(
                    Reason.INVALID,
                    "amount",
                    "amount of limit " + name + " is " + amount + ": expected one of its meter " + limit.meter());
        }
        return limit;
    }

    private static AdminStep<AccountEntry> changed(
            AccountEntry before,
            QuotaLimit limit,
            Change.Kind kind,
            @Nullable RequestId operation,
            @Nullable String note,
            AdminState state,
            Instant now) {
        AccountEntry after = AccountRules.replaced(
                before, before.account().toBuilder().override(limit).build(), AccountRules.afterAllBefore(now, state));
        return new AdminStep<>(
                after,
                after,
                null,
                null,
                AdminStep.change(kind, before, after, now, operation, note),
                LimitChanges.of(before, after, state, now));
    }
}
