/** Programs to run and to read; each stands alone and says with {@code --help} what it takes. */
@NullMarked
package org.quotaledger.examples;

import org.jspecify.annotations.NullMarked;
