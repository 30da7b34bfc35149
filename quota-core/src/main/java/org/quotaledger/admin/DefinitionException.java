package org.quotaledger.admin;

import java.util.Objects;
import org.quotaledger.account.AccountId;

/**
 * An account or a policy cannot be created, changed or deleted as asked; nothing was written. The message names the
 * field, its value and what is allowed.
 */
public final class DefinitionException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** What is to be changed or deleted does not exist. */
        NOT_FOUND,
        /** What is to be created exists. */
        ALREADY_EXISTS,
        /** A field refers to something that does not exist or is not allowed there. */
        INVALID,
        /** What is to be deleted is still referred to. */
        IN_USE,
        /** Somebody else changed it since it was read. */
        VERSION_CONFLICT,
        /** The id of the change was used before for another. */
        ID_CONFLICT
    }

    private final Reason reason;
    private final String field;

    /** Creates an exception; the message names the field, its value and the expected values. */
    public DefinitionException(Reason reason, String field, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.field = Objects.requireNonNull(field, "field");
    }

    /** Returns the exception that says that there is no such account. */
    public static DefinitionException noAccount(AccountId id) {
        return new DefinitionException(Reason.NOT_FOUND, "id", "id is \"" + id + "\": there is no such account");
    }

    /** Returns the exception that says that there is no such policy. */
    public static DefinitionException noPolicy(String name) {
        return new DefinitionException(Reason.NOT_FOUND, "name", "name is \"" + name + "\": there is no such policy");
    }

    /** Returns why. */
    public Reason reason() {
        return reason;
    }

    /** Returns the field that is at fault, such as {@code parent}. */
    public String field() {
        return field;
    }
}
