/** Reservations, and the sealed answers to everything that is asked of them. */
@NullMarked
package org.quotaledger.reservation;

import org.jspecify.annotations.NullMarked;
