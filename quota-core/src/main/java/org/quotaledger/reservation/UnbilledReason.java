package org.quotaledger.reservation;

/**
 * Why a request is not billed. Such a request charges nothing and passes every limit, but for what its caller has it count
 * all the same; it is journaled with its reason.
 */
public enum UnbilledReason {
    /** The request names no model. */
    MODEL_MISSING,
    /** The answer told no usage. */
    USAGE_MISSING,
    /** The usage that the answer reported cannot be true: it contradicts itself, or costs more than can be counted. */
    USAGE_INVALID,
    /** There is no price for the model or for a kind of token that was used. */
    PRICE_NOT_FOUND,
    /** The caller says that this request is not billed. */
    UNBILLED
}
