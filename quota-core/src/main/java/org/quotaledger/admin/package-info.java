/** Changes of accounts and policies: each a pure function of what is, as a store runs it. */
@NullMarked
package org.quotaledger.admin;

import org.jspecify.annotations.NullMarked;
