package org.quotaledger.admin;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.quotaledger.policy.AccountEntry;

/** The answer to a change that may tighten an account and nothing else. Immutable and thread-safe. */
public sealed interface Tightened {

    /**
     * It was done.
     *
     * @param account what the account is now
     */
    record Done(AccountEntry account) implements Tightened {

        /** The account is required. */
        public Done {
            Objects.requireNonNull(account, "account");
        }

        @Override
        public <R> R fold(
                Function<? super AccountEntry, ? extends R> onDone,
                Function<? super List<Relaxation>, ? extends R> onRelaxed) {
            return onDone.apply(account);
        }
    }

    /**
     * It was refused, and nothing was changed.
     *
     * @param relaxations everything that it would have relaxed, 1 or more
     */
    record Relaxed(List<Relaxation> relaxations) implements Tightened {

        /** @throws IllegalArgumentException if nothing would be relaxed */
        public Relaxed {
            relaxations = List.copyOf(relaxations);
            if (relaxations.isEmpty()) {
                throw new IllegalArgumentException("tightening was refused for no relaxation: expected 1 or more");
            }
        }

        @Override
        public <R> R fold(
                Function<? super AccountEntry, ? extends R> onDone,
                Function<? super List<Relaxation>, ? extends R> onRelaxed) {
            return onRelaxed.apply(relaxations);
        }
    }

    /**
     * Returns what the function of this case returns.
     *
     * @param onDone takes what the account is now
     * @param onRelaxed takes everything that the change would have relaxed
     */
    <R> R fold(
            Function<? super AccountEntry, ? extends R> onDone,
            Function<? super List<Relaxation>, ? extends R> onRelaxed);

    /**
     * Returns what the account is now.
     *
     * @throws IllegalStateException if the change was refused; the message names all that it would have relaxed
     */
    default AccountEntry orThrow() {
        return fold(account -> account, relaxations -> {
            throw new IllegalStateException("account would be relaxed: "
                    + String.join(
                            "; ", relaxations.stream().map(Relaxation::toString).toList()));
        });
    }
}
