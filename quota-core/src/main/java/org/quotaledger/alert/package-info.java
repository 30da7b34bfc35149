/** Which thresholds did this change of used cross? */
@NullMarked
package org.quotaledger.alert;

import org.jspecify.annotations.NullMarked;
