/** What a ledger tells of itself: values, made by the rule in the step that they tell of. */
@NullMarked
package org.quotaledger.event;

import org.jspecify.annotations.NullMarked;
