package org.quotaledger.account;

/** What an account may do at an instant. Only {@link #ACTIVE} admits a reserve; settling and refunding always work. */
public enum AccountStatus {
    /** It may reserve, as far as its limits allow. */
    ACTIVE,
    /** A person switched it off; only a person switches it on again. */
    DISABLED,
    /** It waits, until an instant or until a person resumes it. */
    SUSPENDED,
    /** Its time is over: {@code now > expiresAt}. Clearing or moving the expiry lets it in again. */
    EXPIRED,
    /** It is no longer known to reserves; its journal and its open holds live on. */
    DELETED
}
