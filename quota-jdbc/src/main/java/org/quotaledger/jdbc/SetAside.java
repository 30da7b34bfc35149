package org.quotaledger.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.reservation.RequestId;

/**
 * Commands of a lane that wait for rows which other transactions have locked, and later ones about the same accounts. They
 * are tried again from time to time, in their order, and hold up no other command. Thread-safe.
 */
final class SetAside {

    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

    private final Map<Pending<?>, Set<AccountId>> waiting = new LinkedHashMap<>();
    private final Set<AccountId> accounts = new HashSet<>();
    private final Set<RequestId> ids = new HashSet<>();

    /** How many were taken to be tried again. */
    private int beingTried;

    private long pause = FIRST_PAUSE;
    private long dueAt;

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    synchronized int waiting() {
        return waiting.size();
    }

    /** Returns how many wait, those that are being tried included. */
    synchronized int size() {
        return waiting.size() + beingTried;
    }

    /**
     * Sets a command aside, behind those that are.
     *
     * @param locked the accounts that it waits for
     */
    synchronized void add(Pending<?> pending, Collection<AccountId> locked) {
        if (waiting.isEmpty()) {
            dueAt = System.nanoTime() + pause;
        }
        waiting.put(pending, Set.copyOf(locked));
        note(pending, locked);
        pending.waitsFor("another transaction has locked the row of account "
                + locked.stream().sorted().findFirst().map(AccountId::value).orElse("that it charges"));
    }

    private void note(Pending<?> pending, Collection<AccountId> locked) {
        accounts.addAll(locked);
        RequestId id = pending.command().reservation();
        if (id != null) {
            ids.add(id);
        }
    }

    /** Sets a command aside that is about an account, or an id, of those that are; {@code false} if it is about none. */
    synchronized boolean takes(Pending<?> pending, Collection<AccountId> about) {
        if (waiting.isEmpty()) {
            return false;
        }
        RequestId id = pending.command().reservation();
        Set<AccountId> locked = new HashSet<>(about);
        locked.retainAll(accounts);
        if (locked.isEmpty() && (id == null || !ids.contains(id))) {
            return false;
        }
        add(pending, locked);
        return true;
    }

    /** Takes all that wait, in their order, to try them again. */
    synchronized List<Pending<?>> takeAll() {
        List<Pending<?>> all = new ArrayList<>(waiting.keySet());
        beingTried = all.size();
        waiting.clear();
        accounts.clear();
        ids.clear();
        return all;
    }

    /** Takes those that wait for the same account as the first of all, in their order. */
    synchronized List<Pending<?>> takeFirst() {
        Set<AccountId> first = null;
        List<Pending<?>> taken = new ArrayList<>();
        for (Map.Entry<Pending<?>, Set<AccountId>> each : waiting.entrySet()) {
            if (first == null) {
                first = each.getValue();
            }
            if (each.getValue().stream().anyMatch(first::contains)) {
                taken.add(each.getKey());
            }
        }
        taken.forEach(waiting::remove);
        renote();
        return taken;
    }

    private void renote() {
        accounts.clear();
        ids.clear();
        waiting.forEach(this::note);
    }

    /** Fails all that wait. */
    synchronized void withdrawAll(RuntimeException why) {
        waiting.keySet().forEach(pending -> pending.withdraw(why));
        forgetAnswered();
    }

    /** Answers those whose time is over, and returns when the next one's is; {@code null} if none is left. */
    synchronized @Nullable Long expire(long now) {
        Long next = null;
        for (Pending<?> pending : waiting.keySet()) {
            if (!pending.expire(now) && (next == null || pending.until() - next < 0)) {
                next = pending.until();
            }
        }
        forgetAnswered();
        return next;
    }

    private void forgetAnswered() {
        if (waiting.keySet().removeIf(Pending::isAnswered)) {
            renote();
        }
    }

    /** Returns for how long nothing is to be tried again. */
    synchronized long untilDue(long now) {
        return dueAt - now;
    }

    /** Notes that whoever tries them again hangs, and that they are answered. */
    synchronized void givenUp() {
        beingTried = 0;
    }

    /**
     * Notes that they were tried again, some of them with success or none: then the next try is later. Two lanes that keep
     * meeting part by pausing for different times.
     */
    synchronized void tried(boolean someDone) {
        beingTried = 0;
        pause = someDone || waiting.isEmpty() ? FIRST_PAUSE : Math.min(LONGEST_PAUSE, 2 * pause);
        dueAt = System.nanoTime() + pause / 2 + ThreadLocalRandom.current().nextLong(pause);
    }
}
