/**
 * A store that remembers refusals and definitions for a moment, so that a key that hammers the gateway does not hammer
 * the database. Start with {@link org.quotaledger.caching.CachingQuotaStore}.
 *
 * <p>It remembers what may not be done and how accounts are defined, never what is used or left: an answer from memory
 * never admits. This is the only package that imports Caffeine.
 */
@NullMarked
package org.quotaledger.caching;

import org.jspecify.annotations.NullMarked;
