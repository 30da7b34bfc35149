/** How gateways of four kinds put their quotas into this library. docs/recipes.md shows this code. */
@NullMarked
package org.quotaledger.examples.recipes;

import org.jspecify.annotations.NullMarked;
