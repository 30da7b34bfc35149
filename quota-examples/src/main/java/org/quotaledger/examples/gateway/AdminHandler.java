package org.quotaledger.examples.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.RoutingHandler;
import io.undertow.util.PathTemplateMatch;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.LedgerAdmin;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.LimitStatus;
import org.quotaledger.amount.Amount;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.Suspension;

/** What whoever has the admin key can do. Here amounts are shown: clients never see them. Thread-safe. */
final class AdminHandler {

    private static final int PAGE = 100;
    private static final int MOST_BYTES = 10_000;

    private final Authentication authentication;
    private final QuotaLedger ledger;
    private final Clock clock;

    AdminHandler(Authentication authentication, QuotaLedger ledger, Clock clock) {
        this.authentication = authentication;
        this.ledger = ledger;
        this.clock = clock;
    }

    /** Adds what it serves. */
    void route(RoutingHandler routes) {
        routes.get("/admin/accounts", this::list);
        routes.get("/admin/accounts/{account}/usage", this::usage);
        routes.put("/admin/accounts/{account}/limits/{limit}", this::setLimit);
        routes.post("/admin/accounts/{account}/limits/{limit}/reset", this::reset);
        routes.post("/admin/accounts/{account}/suspend", this::suspend);
        routes.post("/admin/accounts/{account}/resume", this::resume);
    }

    private void list(HttpServerExchange exchange) throws IOException {
        authentication.requireAdmin(exchange);
        @Nullable Deque<String> after = exchange.getQueryParameters().get("after");
        List<AccountEntry> page = ledger.admin().accounts(after == null ? null : accountId(after.getFirst()), PAGE);
        Instant now = clock.instant();
        ObjectNode answer = Json.object();
        ArrayNode accounts = answer.putArray("accounts");
        for (AccountEntry entry : page) {
            ObjectNode account = accounts.addObject()
                    .put("id", entry.id().value())
                    .put("status", entry.statusAt(now).name().toLowerCase(Locale.ROOT));
            Suspension suspension = entry.suspensionAt(now);
            if (suspension != null && suspension.cause() != null) {
                account.put("suspendedBy", suspension.cause());
            }
            entry.account().parent().ifPresent(parent -> account.put("parent", parent.value()));
            entry.account().policy().ifPresent(policy -> account.put("policy", policy));
        }
        Answers.json(exchange, 200, answer);
    }

    private void usage(HttpServerExchange exchange) throws IOException {
        authentication.requireAdmin(exchange);
        AccountId account = existing(exchange);
        ObjectNode answer = Json.object().put("account", account.value());
        ArrayNode limits = answer.putArray("limits");
        ledger.usage(account).forEach(status -> describe(status, limits.addObject()));
        Answers.json(exchange, 200, answer);
    }

    private static void describe(LimitStatus status, ObjectNode into) {
        into.put("account", status.account().value())
                .put("limit", status.limit().name())
                .put("meter", status.limit().meter().name())
                .put("window", status.limit().window().toString())
                .put("amount", status.limit().amount().toPlainString())
                .put("used", status.used().toPlainString())
                .put("held", status.held().toPlainString());
        status.countedUntil().ifPresent(reset -> into.put("resetsAt", reset.toString()));
    }

    private void setLimit(HttpServerExchange exchange) throws Exception {
        authentication.requireAdmin(exchange);
        RequestBody.read(exchange, MOST_BYTES, body -> setLimit(exchange, body));
    }

    private void setLimit(HttpServerExchange exchange, byte[] body) throws IOException {
        AccountId account = existing(exchange);
        QuotaLimit limit = limit(exchange, account);
        String amount = amount(body);
        try {
            admin().setAmount(account, limit.name(), Amount.of(amount, limit.meter()));
        } catch (IllegalArgumentException | ArithmeticException notAllowed) {
            throw GatewayError.invalid(String.valueOf(notAllowed.getMessage()));
        }
        usage(exchange);
    }

    /** Clears what is used of the limit, and ends a suspension that it caused. */
    private void reset(HttpServerExchange exchange) throws IOException {
        authentication.requireAdmin(exchange);
        AccountId account = existing(exchange);
        admin().reset(account, limit(exchange, account).name());
        usage(exchange);
    }

    private void suspend(HttpServerExchange exchange) throws IOException {
        authentication.requireAdmin(exchange);
        admin().suspend(existing(exchange), null);
        usage(exchange);
    }

    private void resume(HttpServerExchange exchange) throws IOException {
        authentication.requireAdmin(exchange);
        admin().resume(existing(exchange));
        usage(exchange);
    }

    /** Who did it stands in the history. */
    private LedgerAdmin admin() {
        return ledger.admin().as("admin key");
    }

    private QuotaLimit limit(HttpServerExchange exchange, AccountId account) {
        String name = parameter(exchange, "limit");
        return ledger.usage(account).stream()
                .filter(status -> status.account().equals(account))
                .map(LimitStatus::limit)
                .filter(own -> own.name().equals(name))
                .findFirst()
                .orElseThrow(() -> notFound("limit", name));
    }

    private static String amount(byte[] body) {
        try {
            JsonNode amount = Json.parse(body).path("amount");
            if (amount.isTextual()) {
                return amount.textValue();
            }
        } catch (JsonProcessingException malformed) {
            throw GatewayError.invalid("The body is not valid JSON: " + malformed.getOriginalMessage());
        }
        throw GatewayError.invalid("expected {\"amount\":\"0.20\"}: an amount is a string, so that no digit is lost.");
    }

    private AccountId existing(HttpServerExchange exchange) {
        AccountId account = accountId(parameter(exchange, "account"));
        if (ledger.admin().account(account).isEmpty()) {
            throw notFound("account", account.value());
        }
        return account;
    }

    private static AccountId accountId(String text) {
        try {
            return AccountId.of(text);
        } catch (IllegalArgumentException notAllowed) {
            throw GatewayError.invalid(String.valueOf(notAllowed.getMessage()));
        }
    }

    private static GatewayError notFound(String what, String name) {
        return GatewayError.invalid(404, "not_found", "There is no " + what + " " + name + ".");
    }

    private static String parameter(HttpServerExchange exchange, String name) {
        PathTemplateMatch match = exchange.getAttachment(PathTemplateMatch.ATTACHMENT_KEY);
        return Objects.requireNonNull(match.getParameters().get(name), name);
    }
}
