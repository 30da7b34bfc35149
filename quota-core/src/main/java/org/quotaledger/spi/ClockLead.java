package org.quotaledger.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.UnitOfWork;
import org.quotaledger.accounting.WorkingAccount;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs accounts whose time is ahead of the clock that decides: that clock was ahead for a while and was set right. Each is
 * logged once, until it is no longer ahead. Thread-safe.
 */
public final class ClockLead {

    /** How far an account may be ahead by default. */
    public static final Duration DEFAULT_BOUND = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(ClockLead.class);

    /** Further accounts are not logged: a clock that was ahead for many accounts shows by the first of them. */
    private static final int MOST_REMEMBERED = 10_000;

    private final Duration bound;
    private final Set<AccountId> logged = ConcurrentHashMap.newKeySet();

    /**
     * Creates a log.
     *
     * @param bound how far an account may be ahead, zero or more
     */
    public ClockLead(Duration bound) {
        if (bound.isNegative()) {
            throw new IllegalArgumentException("clockLead is " + bound + ": expected zero or more");
        }
        this.bound = bound;
    }

    /** Returns how far an account may be ahead. */
    public Duration bound() {
        return bound;
    }

    /** Looks at the accounts that a step is decided on; returns whether one was logged. */
    public boolean look(UnitOfWork work, Instant clock) {
        WorkingAccount ahead = work.ahead(clock, bound);
        if (ahead == null) {
            if (!logged.isEmpty()) {
                work.chain().forEach(logged::remove);
            }
            return false;
        }
        if (logged.contains(ahead.id()) || logged.size() >= MOST_REMEMBERED || !logged.add(ahead.id())) {
            return false;
        }
        LOG.warn(
                "account {} is ahead of the clock: its time is {}, the clock's {}. Its windows stand still until then:"
                        + " admin().returnToClock brings it back",
                ahead.id(),
                ahead.seen(),
                clock);
        return true;
    }
}
