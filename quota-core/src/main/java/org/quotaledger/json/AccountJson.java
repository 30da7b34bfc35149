package org.quotaledger.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;

/**
 * Accounts as JSON.
 *
 * <pre>{@code
 * {
 *   "id": "key-1",
 *   "parent": "team-a",
 *   "policy": "standard",
 *   "overrides": [],
 *   "disabled": false,
 *   "expiresAt": "2026-12-31T23:59:59Z"
 * }
 * }</pre>
 *
 * <p>Only {@code id} is required. {@code parent}, {@code policy} and {@code expiresAt} may be null, which is the same as
 * absent; {@code overrides} are limits as {@link PolicyJson} says, none unless given; {@code disabled} is false unless
 * given. {@code expiresAt} is kept to the microsecond.
 *
 * <p>A document that is malformed, longer than 1 MiB, or has a field that is not known, stands there twice, is missing or
 * has a value that is not allowed is refused with a {@link JsonFormatException} that names the place, such as
 * {@code overrides[0].amount}. Whether parent and policy exist is for the ledger to say. What {@link #write} writes,
 * {@code read} reads back to an equal account, up to that length. Thread-safe.
 */
public final class AccountJson {

    private AccountJson() {}

    /**
     * Reads an account.
     *
     * @throws JsonFormatException if the text is not as it must be
     */
    public static Account read(String text) {
        return account(StrictJson.parseDefinition(text));
    }

    /**
     * Reads an account from UTF-8 bytes, and does not close them. A byte order mark is skipped.
     *
     * @throws JsonFormatException if the document is not as it must be
     * @throws IOException if the bytes cannot be read
     */
    public static Account read(InputStream bytes) throws IOException {
        return account(StrictJson.parseDefinition(bytes));
    }

    /**
     * Reads an account from a file of UTF-8 bytes.
     *
     * @throws JsonFormatException if the document is not as it must be
     * @throws IOException if the file cannot be read
     */
    public static Account read(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            return read(bytes);
        }
    }

    /** Returns the account as JSON, indented, with every field but those of what it does not have. */
    public static String write(Account account) {
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("id", account.id().value());
        account.parent().ifPresent(parent -> json.put("parent", parent.value()));
        account.policy().ifPresent(policy -> json.put("policy", policy));
        json.set("overrides", LimitJson.write(account.overrides()));
        json.put("disabled", account.disabled());
        account.expiresAt().ifPresent(expiresAt -> json.put("expiresAt", expiresAt.toString()));
        return StrictJson.write(json);
    }

    private static Account account(JsonNode document) {
        StrictObject account =
                new StrictObject("", document, List.of("id", "parent", "policy", "overrides", "disabled", "expiresAt"));
        String idText = account.text("id", "the account's id");
        AccountId id = StrictObject.checked("id", () -> AccountId.of(idText));
        Account.Builder builder = Account.builder(id).disabled(account.flag("disabled", false));
        String parent = account.textOrNull("parent", "the id of an account");
        String policy = account.textOrNull("policy", "the name of a policy");
        List<QuotaLimit> overrides =
                account.has("overrides") ? account.list("overrides", "an array of limits", LimitJson::read) : List.of();
        Instant expiresAt = expiresAt(account);
        // One field more at a time, so that an error stands at the field that brings it.
        StrictObject.checked(
                "parent",
                () -> builder.parent(parent == null ? null : AccountId.of(parent))
                        .build());
        StrictObject.checked("policy", () -> builder.policy(policy).build());
        StrictObject.checked("overrides", () -> builder.overrides(overrides).build());
        return StrictObject.checked(
                "expiresAt", () -> builder.expiresAt(expiresAt).build());
    }

    private static @Nullable Instant expiresAt(StrictObject account) {
        String expected = "an instant such as \"2026-12-31T23:59:59Z\"";
        return account.textOrNull("expiresAt", expected) == null
                ? null
                : account.parsed("expiresAt", expected, Instant::parse);
    }
}
