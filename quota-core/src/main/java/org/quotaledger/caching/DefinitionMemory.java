package org.quotaledger.caching;

import com.github.benmanes.caffeine.cache.Cache;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.quotaledger.account.AccountId;

/**
 * Definitions by id or name, the absence of one too. Thread-safe.
 *
 * @param <K> the id or name
 * @param <V> the definition
 */
final class DefinitionMemory<K, V> {

    private final Changes changes;
    private final LongSupplier ticker;
    private final Cache<K, Moment<Optional<V>>> present;
    private final Cache<K, Moment<Optional<V>>> absent;
    private final Duration lasts;
    private final Duration absentLasts;

    DefinitionMemory(
            Changes changes,
            LongSupplier ticker,
            Cache<K, Moment<Optional<V>>> present,
            Duration lasts,
            Cache<K, Moment<Optional<V>>> absent,
            Duration absentLasts) {
        this.changes = changes;
        this.ticker = ticker;
        this.present = present;
        this.lasts = lasts;
        this.absent = absent;
        this.absentLasts = absentLasts;
    }

    /**
     * Returns the definition as it is remembered, or else as it is read.
     *
     * @param accounts those whose usage can change it
     */
    Optional<V> get(K key, List<AccountId> accounts, Supplier<Optional<V>> read) {
        Moment<Optional<V>> moment = present.getIfPresent(key);
        if (moment == null) {
            moment = absent.getIfPresent(key);
        }
        long asked = ticker.getAsLong();
        if (moment != null && moment.holds(changes, asked)) {
            return moment.value();
        }
        long count = changes.count();
        Optional<V> value = read.get();
        if (value.isPresent()) {
            present.put(key, new Moment<>(value, accounts, count, asked, lasts.toNanos()));
            absent.invalidate(key);
        } else {
            absent.put(key, new Moment<>(value, accounts, count, asked, absentLasts.toNanos()));
            present.invalidate(key);
        }
        return value;
    }
}
