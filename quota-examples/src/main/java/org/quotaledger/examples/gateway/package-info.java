/**
 * An OpenAI-compatible gateway that charges every request to the account of its key: how to embed the library.
 *
 * <p>Read {@code CompletionsHandler} first: it estimates, reserves, forwards and settles.
 * {@code Quote} turns a request into what to reserve and an answer into what to charge,
 * {@code EventRelay} charges a stream for what was delivered, and
 * {@code ErrorAnswers} shows a ledger's three channels of errors to a client. The rest
 * is plumbing. {@code Gateway} starts it.
 *
 * <p>The HTTP server is Undertow: 11 small jars (3.6 MB), an I/O thread never waits for a handler, and bounded bodies,
 * streams and a graceful stop come with it. Javalin would bring Jetty, Kotlin and a servlet container (36 jars); the JDK's own
 * server needs none, but bounds neither slow requests nor connections and has no graceful stop worth the name on Java 17.
 */
@NullMarked
package org.quotaledger.examples.gateway;

import org.jspecify.annotations.NullMarked;
