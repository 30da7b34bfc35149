/** Where a limit alerts: levels of used, how much each presses, and who is told. */
@NullMarked
package org.quotaledger.alert;

import org.jspecify.annotations.NullMarked;
