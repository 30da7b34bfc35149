/** Measurements, run by hand on a quiet machine: speed is never a test's business. */
@NullMarked
package org.quotaledger.benchmarks;

import org.jspecify.annotations.NullMarked;
