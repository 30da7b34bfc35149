/** Whom usage is charged to. */
@NullMarked
package org.quotaledger.account;

import org.jspecify.annotations.NullMarked;
