package org.quotaledger.rule;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;

/**
 * The counters that a charge at an instant concerns: one for each limit of its meters, on every account of the chain. Filled
 * anew for each command, so that the rule walks one list. Not thread-safe: confined to the step.
 */
final class ConcernedCounters {

    private WorkingAccount[] accounts = new WorkingAccount[4];
    private WorkingLimit[] limits = new WorkingLimit[4];
    private Counter[] counters = new Counter[4];
    private int[] amounts = new int[4];
    private int size;

    ConcernedCounters fill(List<WorkingAccount> chain, Charge charge, Instant at) {
        size = 0;
        List<Amount> all = charge.amounts();
        for (int a = 0; a < all.size(); a++) {
            for (int i = 0; i < chain.size(); i++) {
                add(chain.get(i), all.get(a), a, at);
            }
        }
        return this;
    }

    private void add(WorkingAccount account, Amount amount, int index, Instant at) {
        for (int l = 0; l < account.limitCount(); l++) {
            WorkingLimit limit = account.limit(l);
            if (limit.counts(amount)) {
                if (size == limits.length) {
                    grow();
                }
                accounts[size] = account;
                limits[size] = limit;
                counters[size] = limit.at(at);
                amounts[size] = index;
                size++;
            }
        }
    }

    private void grow() {
        accounts = Arrays.copyOf(accounts, 2 * size);
        limits = Arrays.copyOf(limits, 2 * size);
        counters = Arrays.copyOf(counters, 2 * size);
        amounts = Arrays.copyOf(amounts, 2 * size);
    }

    int size() {
        return size;
    }

    WorkingAccount account(int index) {
        return accounts[index];
    }

    WorkingLimit limit(int index) {
        return limits[index];
    }

    Counter counter(int index) {
        return counters[index];
    }

    /** Returns the units that a charge of the same meters has for a counter. */
    long units(int index, Charge charge) {
        return charge.amounts().get(amounts[index]).units();
    }

    /** Checks that a charge can be added to what is used, and another taken off what is held. */
    void checkSettle(Charge used, Charge heldBefore) {
        for (int i = 0; i < size; i++) {
            counters[i].checkAdd(units(i, used), -units(i, heldBefore));
        }
    }

    /** Adds a charge to the used units, and takes another off the held units. */
    void settle(Charge used, Charge heldBefore) {
        for (int i = 0; i < size; i++) {
            counters[i].add(units(i, used), -units(i, heldBefore));
        }
    }

    /** Adds a charge to the held units. */
    void hold(Charge charge) {
        for (int i = 0; i < size; i++) {
            counters[i].add(0, units(i, charge));
        }
    }

    /** Takes a charge off the held units. */
    void giveBack(Charge charge) {
        for (int i = 0; i < size; i++) {
            counters[i].add(0, -units(i, charge));
        }
    }
}
