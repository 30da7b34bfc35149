package org.quotaledger.caching;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.quotaledger.account.AccountId;

/**
 * When something was changed through this store, in a count of its own: what was read before a change is told from what
 * was read after it. Thread-safe.
 *
 * <p>The count is read before something is asked of the store, and raised when a change is durable but before its caller
 * learns that. So whatever was decided without the change bears a lower count than the change, however late it arrives,
 * and is not served to anybody who knows of the change. Accounts share counts by the hash of their ids: two that collide
 * drop each other's memory, which costs a look-up and is never wrong.
 */
final class Changes {

    private static final int STRIPES = 1 << 12;

    private final AtomicLong count = new AtomicLong();
    private final AtomicLong ofEverything = new AtomicLong();
    private final AtomicLongArray ofAccounts = new AtomicLongArray(STRIPES);

    /** Returns the count, to be kept with what is asked of the store after this. */
    long count() {
        return count.get();
    }

    /** Notes that the usage of accounts was changed. */
    void add(List<AccountId> accounts) {
        long change = count.incrementAndGet();
        for (int i = 0; i < accounts.size(); i++) {
            ofAccounts.accumulateAndGet(stripe(accounts.get(i)), change, Math::max);
        }
    }

    /** Notes that anything may have been changed. */
    void addEverything() {
        ofEverything.accumulateAndGet(count.incrementAndGet(), Math::max);
    }

    /** Returns whether none of these accounts was changed since the count. */
    boolean noneSince(long then, List<AccountId> accounts) {
        if (ofEverything.get() > then) {
            return false;
        }
        for (int i = 0; i < accounts.size(); i++) {
            if (ofAccounts.get(stripe(accounts.get(i))) > then) {
                return false;
            }
        }
        return true;
    }

    private static int stripe(AccountId account) {
        int hash = account.hashCode();
        return (hash ^ (hash >>> 16)) & (STRIPES - 1);
    }
}
