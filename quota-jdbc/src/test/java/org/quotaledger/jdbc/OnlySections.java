package org.quotaledger.jdbc;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.quotaledger.testkit.QuotaStoreContract;

/** Leaves out the other sections of the contract, except in a build with {@code -Plong}. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(OnlySections.Condition.class)
@interface OnlySections {

    /** The names of the nested classes of {@link QuotaStoreContract} that run. */
    String[] value();

    /** Decides by the name of the nested class. */
    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            Class<?> section = context.getRequiredTestClass();
            if (Boolean.getBoolean("quota.tests.long")
                    || context.getTestMethod().isPresent()
                    || !QuotaStoreContract.class.equals(section.getEnclosingClass())) {
                return ConditionEvaluationResult.enabled("no section that is left out");
            }
            List<String> names = context.getParent()
                    .flatMap(ExtensionContext::getTestClass)
                    .map(contract -> contract.getAnnotation(OnlySections.class))
                    .map(only -> List.of(only.value()))
                    .orElseThrow();
            requireSections(names);
            return names.contains(section.getSimpleName())
                    ? ConditionEvaluationResult.enabled("a section that is named")
                    : ConditionEvaluationResult.disabled("runs with -Plong");
        }

        private static void requireSections(List<String> names) {
            List<String> sections = Stream.of(QuotaStoreContract.class.getDeclaredClasses())
                    .map(Class::getSimpleName)
                    .toList();
            if (!sections.containsAll(names)) {
                throw new IllegalArgumentException("sections are " + names + ": expected some of " + sections);
            }
        }
    }
}
