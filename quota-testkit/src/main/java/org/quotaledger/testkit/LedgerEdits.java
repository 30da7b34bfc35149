package org.quotaledger.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.quotaledger.LedgerAdmin;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.DefinitionException;
import org.quotaledger.amount.Amount;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.RequestId;

/** What people do to accounts and policies, as steps of a history. */
final class LedgerEdits {

    private LedgerEdits() {}

    static QuotaLimit withUnits(QuotaLimit limit, long units) {
        return limit.withAmount(Amount.ofUnits(units, limit.meter()));
    }

    /** A change of what limits count: time passes before and after it. */
    interface LimitEdit extends LedgerHistory.Step {

        void edit(LedgerHistory.Stage on, LedgerAdmin admin, NaiveDefinitions naive);

        @Override
        default void play(LedgerHistory.Stage on) {
            on.letTimePass();
            edit(on, on.ledger.admin(), on.naive.definitions());
            on.letTimePass();
        }
    }

    record ChangeLimits(int account, List<QuotaLimit> limits) implements LimitEdit {
        @Override
        public void edit(LedgerHistory.Stage on, LedgerAdmin admin, NaiveDefinitions naive) {
            String account = LedgerHistory.ACCOUNTS.get(account());
            admin.changeAccount(
                    AccountId.of(account),
                    before -> before.toBuilder().overrides(limits).build());
            naive.changeLimits(account, limits, on.naive.time());
        }
    }

    /** Gives an account the limits again that it began with: windows come back in which something was counted. */
    record RestoreLimits(int account) implements LimitEdit {
        @Override
        public void edit(LedgerHistory.Stage on, LedgerAdmin admin, NaiveDefinitions naive) {
            new ChangeLimits(account, on.history.limits().get(account)).edit(on, admin, naive);
        }
    }

    record ChangePolicy(List<QuotaLimit> limits) implements LimitEdit {
        @Override
        public void edit(LedgerHistory.Stage on, LedgerAdmin admin, NaiveDefinitions naive) {
            admin.changePolicy(LedgerHistory.POLICY, before -> new QuotaPolicy(before.name(), limits));
            naive.changePolicy(limits, on.naive.time());
        }
    }

    /** Gives one of the limits in force another amount; does nothing where there is none. */
    record SetAmount(int account, int which, long units) implements LimitEdit {
        @Override
        public void edit(LedgerHistory.Stage on, LedgerAdmin admin, NaiveDefinitions naive) {
            String account = LedgerHistory.ACCOUNTS.get(account());
            List<QuotaLimit> limits = naive.account(account).limits;
            if (!limits.isEmpty()) {
                QuotaLimit limit = limits.get(which % limits.size());
                admin.setAmount(AccountId.of(account), limit.name(), Amount.ofUnits(units, limit.meter()));
                naive.setAmount(account, limit, units, on.naive.time());
            }
        }
    }

    /** Gives one of the policy's limits another amount; does nothing where there is none. */
    record SetPolicyAmount(int which, long units) implements LimitEdit {
        @Override
        public void edit(LedgerHistory.Stage on, LedgerAdmin admin, NaiveDefinitions naive) {
            if (!naive.policy().isEmpty()) {
                QuotaLimit limit = naive.policy().get(which % naive.policy().size());
                admin.setPolicyAmount(LedgerHistory.POLICY, limit.name(), Amount.ofUnits(units, limit.meter()));
                naive.setPolicyAmount(limit, units, on.naive.time());
            }
        }
    }

    /** Tops one of the lifetime budgets in force up; does nothing where there is none. */
    record TopUp(int id, int account, int which, long units) implements LimitEdit {
        @Override
        public void edit(LedgerHistory.Stage on, LedgerAdmin admin, NaiveDefinitions naive) {
            String account = LedgerHistory.ACCOUNTS.get(account());
            List<QuotaLimit> budgets = naive.account(account).limits.stream()
                    .filter(limit -> !limit.window().recurs())
                    .toList();
            if (!budgets.isEmpty()) {
                QuotaLimit limit = budgets.get(which % budgets.size());
                RequestId own = RequestId.of("top-up-" + id);
                on.same(
                        topUp(admin, own, AccountId.of(account), limit),
                        naive.topUp(own.value(), account, limit, units, on.naive.time())
                                ? "topped up"
                                : LedgerAnswers.ID_CONFLICT);
            }
        }

        private String topUp(LedgerAdmin admin, RequestId own, AccountId account, QuotaLimit limit) {
            try {
                admin.topUp(own, account, limit.name(), Amount.ofUnits(units, limit.meter()));
                return "topped up";
            } catch (DefinitionException refused) {
                if (refused.reason() != DefinitionException.Reason.ID_CONFLICT) {
                    throw refused;
                }
                return LedgerAnswers.ID_CONFLICT;
            }
        }
    }

    /** Resets one of the limits in force, or all; does nothing where there is none. */
    record Reset(int account, int which, boolean all) implements LimitEdit {
        @Override
        public void edit(LedgerHistory.Stage on, LedgerAdmin admin, NaiveDefinitions naive) {
            String account = LedgerHistory.ACCOUNTS.get(account());
            List<QuotaLimit> limits = naive.account(account).limits;
            if (!limits.isEmpty()) {
                List<QuotaLimit> chosen = all ? limits : List.of(limits.get(which % limits.size()));
                admin.reset(
                        AccountId.of(account),
                        chosen.stream().map(QuotaLimit::name).toArray(String[]::new));
                naive.reset(account, chosen, on.naive.time());
            }
        }
    }

    record ChangeParent(int account, boolean toOrg) implements LedgerHistory.Step {
        @Override
        public void play(LedgerHistory.Stage on) {
            String account = LedgerHistory.ACCOUNTS.get(Math.max(1, account()));
            String parent = toOrg ? "org" : "team";
            on.ledger
                    .admin()
                    .changeAccount(
                            AccountId.of(account),
                            before -> before.toBuilder().parent(parent).build());
            on.naive.definitions().changeParent(account, parent);
        }
    }

    record Disable(int account, boolean disabled) implements LedgerHistory.Step {
        @Override
        public void play(LedgerHistory.Stage on) {
            String account = LedgerHistory.ACCOUNTS.get(account());
            LedgerAdmin admin = on.ledger.admin();
            if (disabled) {
                admin.disable(AccountId.of(account));
            } else {
                admin.enable(AccountId.of(account));
            }
            on.naive.definitions().disable(account, disabled);
        }
    }

    record Suspend(int account, Duration duration) implements LedgerHistory.Step {
        @Override
        public void play(LedgerHistory.Stage on) {
            String account = LedgerHistory.ACCOUNTS.get(account());
            Instant until = on.clock.instant().plus(duration);
            on.ledger.admin().suspend(AccountId.of(account), until);
            on.naive.definitions().suspend(account, until);
        }
    }

    record Resume(int account) implements LedgerHistory.Step {
        @Override
        public void play(LedgerHistory.Stage on) {
            String account = LedgerHistory.ACCOUNTS.get(account());
            on.ledger.admin().resume(AccountId.of(account));
            on.naive.definitions().resume(account);
        }
    }

    record ExpireAccount(int account, Duration in) implements LedgerHistory.Step {
        @Override
        public void play(LedgerHistory.Stage on) {
            String account = LedgerHistory.ACCOUNTS.get(account());
            Instant expiresAt = in.isZero() ? null : on.clock.instant().plus(in);
            on.ledger.admin().expireAt(AccountId.of(account), expiresAt);
            on.naive.definitions().expireAt(account, expiresAt);
        }
    }
}
