/** Exact whole numbers that know their unit: meters, amounts and charges. */
@NullMarked
package org.quotaledger.amount;

import org.jspecify.annotations.NullMarked;
