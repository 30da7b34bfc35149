/**
 * A refusal as an HTTP answer: status, headers and body, for any server and without one. Start with
 * {@link org.quotaledger.http.HttpRefusal}.
 *
 * <p>What a client is told names the kind of refusal, the limits, and about when to come back; it never shows an amount.
 * The bodies are a few flat members, so they are written here: a JSON library belongs to the package
 * {@code org.quotaledger.json}, which this one does not import.
 */
@NullMarked
package org.quotaledger.http;

import org.jspecify.annotations.NullMarked;
