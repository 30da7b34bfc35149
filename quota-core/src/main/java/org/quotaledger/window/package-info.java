/**
 * Windows: an instant in, the half-open span that it belongs to out. Pure functions; nothing here reads a clock or the
 * default time zone. Start with {@link org.quotaledger.window.QuotaWindow}.
 */
@NullMarked
package org.quotaledger.window;

import org.jspecify.annotations.NullMarked;
