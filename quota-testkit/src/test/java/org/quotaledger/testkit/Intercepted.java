package org.quotaledger.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.quotaledger.accounting.Command;
import org.quotaledger.spi.Applied;
import org.quotaledger.spi.QuotaStore;

/** Stores whose commands are watched or changed on their way. */
final class Intercepted {

    private Intercepted() {}

    /** Returns a store that counts what is asked of it: commands, and look-ups of definitions. */
    static QuotaStore counting(QuotaStore store, AtomicLong asked) {
        return (QuotaStore) Proxy.newProxyInstance(
                QuotaStore.class.getClassLoader(), new Class<?>[] {QuotaStore.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "submit", "apply", "account", "policy" -> asked.incrementAndGet();
                        default -> {
                            // Not on the way of requests.
                        }
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }

    /** Returns a store that passes on another command, and tells of what was applied before its caller learns it. */
    static QuotaStore passing(QuotaStore store, UnaryOperator<Command<?>> command, Consumer<Applied<?>> applied) {
        return (QuotaStore) Proxy.newProxyInstance(
                QuotaStore.class.getClassLoader(), new Class<?>[] {QuotaStore.class}, (proxy, method, arguments) -> {
                    boolean runs = method.getName().equals("submit")
                            || method.getName().equals("apply");
                    Object[] passed = runs ? new Object[] {command.apply((Command<?>) arguments[0])} : arguments;
                    Object answer;
                    try {
                        answer = method.invoke(store, passed);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                    if (answer instanceof Applied<?> done) {
                        applied.accept(done);
                    } else if (runs) {
                        return ((CompletionStage<?>) answer).thenApply(done -> {
                            applied.accept((Applied<?>) done);
                            return done;
                        });
                    }
                    return answer;
                });
    }
}
