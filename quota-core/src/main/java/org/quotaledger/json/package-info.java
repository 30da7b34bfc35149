/**
 * JSON in and out, and the only package that uses a JSON library.
 *
 * <p>{@link org.quotaledger.json.PolicyJson} and {@link org.quotaledger.json.AccountJson} read and write definitions,
 * {@link org.quotaledger.json.LiteLlmPrices} reads prices, {@link org.quotaledger.json.EventJson} and
 * {@link org.quotaledger.json.ReportJson} write events and reports. {@link org.quotaledger.json.PlainJson} writes plain
 * values for packages that do not import the library.
 *
 * <p>Everything here is strict: a duplicate key, text after the document, a number that is none, nesting without end or a
 * value of the wrong type is refused with a {@link org.quotaledger.json.JsonFormatException} that names the place. Numbers
 * are decimals from the first digit to the last; no floating-point number is made of them.
 */
@NullMarked
package org.quotaledger.json;

import org.jspecify.annotations.NullMarked;
