/** Who changed what when: values that stores keep and never alter. */
@NullMarked
package org.quotaledger.history;

import org.jspecify.annotations.NullMarked;
