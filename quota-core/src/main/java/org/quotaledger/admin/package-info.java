/** The answers to edits of accounts and policies. */
@NullMarked
package org.quotaledger.admin;

import org.jspecify.annotations.NullMarked;
