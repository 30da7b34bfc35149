package org.quotaledger.jdbc;

import java.util.List;
import org.quotaledger.accounting.Hold;
import org.quotaledger.reservation.ReservationState;

/**
 * A reservation that holds something, as a lane wrote or loaded it last.
 *
 * @param state the reservation
 * @param holds what it holds on every account of its chain
 * @param lineages those of the accounts of its chain, in its order, when it was kept
 */
record KeptReservation(ReservationState state, List<Hold> holds, List<Object> lineages) {}
