package org.quotaledger.reservation;

/** Why a request is not billed. Such a request passes every limit, charges nothing, and is journaled with its reason. */
public enum UnbilledReason {
    /** The request names no model. */
    MODEL_MISSING,
    /** The answer told no usage. */
    USAGE_MISSING,
    /** There is no price for the model or for a kind of token that was used. */
    PRICE_NOT_FOUND,
    /** The caller says that this request is not billed. */
    UNBILLED
}
