/** The rule's counters in memory, changed in place under the lock of their account. Not exported. */
@NullMarked
package org.quotaledger.memory.inplace;

import org.jspecify.annotations.NullMarked;
