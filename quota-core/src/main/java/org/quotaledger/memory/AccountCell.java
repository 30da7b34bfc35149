package org.quotaledger.memory;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.quotaledger.policy.AccountEntry;

/** An account in memory: its lock, what is defined of it, and what came of its use. */
final class AccountCell {

    final ReentrantLock lock = new ReentrantLock();

    /** Volatile, because a chain of parents is followed before its locks are taken, and again after. */
    private volatile AccountEntry entry;

    /** Made when the account is first asked, because many never are. Guarded by the lock. */
    private @Nullable AccountUse use;

    AccountCell(AccountEntry entry) {
        this.entry = entry;
    }

    AccountEntry entry() {
        return entry;
    }

    void define(AccountEntry changed) {
        entry = changed;
    }

    AccountUse use() {
        AccountUse made = use;
        if (made == null) {
            made = new AccountUse(entry);
            use = made;
        }
        return made;
    }

    /** Returns whether there is anything of its use to be looked at. */
    boolean isUsed() {
        return use != null;
    }

    void locked(Runnable body) {
        locked(() -> {
            body.run();
            return this;
        });
    }

    <T> T locked(Supplier<T> body) {
        lock.lock();
        try {
            return body.get();
        } finally {
            lock.unlock();
        }
    }
}
