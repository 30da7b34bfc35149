/** Where events are delivered to: a log, a webhook, or what the host makes of them. */
@NullMarked
package org.quotaledger.sink;

import org.jspecify.annotations.NullMarked;
