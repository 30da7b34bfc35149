/** What a store must do, as tests that its author can run, and generators and models for property tests of quotas. */
@NullMarked
package org.quotaledger.testkit;

import org.jspecify.annotations.NullMarked;
