package org.quotaledger;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.Serializable;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The shape of quota-core, as rules over its class files.
 *
 * <p>The packages that hold the rule itself are values in, values out: no clock, no randomness, no logger, no I/O. The
 * facade, in the root package, is the shell around them.
 */
class ArchitectureTest {

    private static final String ROOT = "org.quotaledger";

    /** What decides: given the same values it answers the same, everywhere and always. */
    private static final String[] PURE = {
        ROOT + ".account..",
        ROOT + ".accounting..",
        ROOT + ".admin..",
        ROOT + ".admin..",
        ROOT + ".amount..",
        ROOT + ".event..",
        ROOT + ".history..",
        ROOT + ".policy..",
        ROOT + ".pricing..",
        ROOT + ".reservation..",
        ROOT + ".window.."
    };

    /** The rule of the accounts, and the values that it decides on. */
    private static final String[] RULE_AND_VALUES = {
        ROOT + ".account..",
        ROOT + ".accounting..",
        ROOT + ".admin..",
        ROOT + ".alert..",
        ROOT + ".amount..",
        ROOT + ".event..",
        ROOT + ".history..",
        ROOT + ".policy..",
        ROOT + ".reservation..",
        ROOT + ".window.."
    };

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void seesTheClassesItJudges() {
        assertThat(CORE.contain(ROOT + ".amount.Amount")).isTrue();
        assertThat(CORE.contain(ArchitectureTest.class)).isFalse();
    }

    @Test
    void packagesFormNoCycle() {
        slices().assignedFrom(new ByPackage()).should().beFreeOfCycles().check(CORE);
    }

    @Test
    void onlyJsonKnowsJackson() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".json..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.fasterxml.jackson..")
                .check(CORE);
    }

    @Test
    void onlyCachingKnowsCaffeine() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".caching..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.github.benmanes.caffeine..")
                .check(CORE);
    }

    /** The instant is read once per step, by the store, and passed down; while that is down, by what stands in for it. */
    @Test
    void onlyTheMemoryStoreAndItsStandInHoldAClock() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".memory..", ROOT + ".outage..")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Clock.class, InstantSource.class)
                .check(CORE);
    }

    @Test
    void nothingReadsTheSystemsTimeOrZone() {
        noClasses().should().accessTargetWhere(readsTheSystemsTimeOrZone()).check(CORE);
    }

    /** The facade alone draws ids, for callers who give none. */
    @Test
    void onlyTheFacadeDrawsIdsAndNothingElseIsRandom() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Random.class, SecureRandom.class, SplittableRandom.class, ThreadLocalRandom.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("java.util.random..")
                .orShould()
                .callMethod(Math.class, "random")
                .check(CORE);
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT)
                .should()
                .accessTargetWhere(target("draw a random id", UUID.class, "randomUUID"))
                .check(CORE);
    }

    @Test
    void whatDecidesNeitherLogsNorDoesInputOrOutput() {
        DescribedPredicate<JavaClass> sideEffects = resideInAnyPackage(
                        "org.slf4j..",
                        "java.util.logging..",
                        "java.sql..",
                        "javax.sql..",
                        "java.io..",
                        "java.nio.file..",
                        "java.nio.channels..",
                        "java.net..")
                .and(describe(
                        "are more than a marker or a name",
                        type -> !type.isEquivalentTo(Serializable.class) && !type.isEquivalentTo(URI.class)))
                .as("log or do input or output");

        noClasses()
                .that(resideInAnyPackage(PURE))
                .should()
                .dependOnClassesThat(sideEffects)
                .check(CORE);
    }

    /** A decision is a function of its command, its unit of work and an instant, whichever store calls it. */
    @Test
    void theRuleKnowsNoStoreNoClockAndNoRandomness() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".accounting..")
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(resideInAnyPackage(RULE_AND_VALUES))))
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent..", "java.lang.ref..")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Clock.class, InstantSource.class, Thread.class, Random.class, SplittableRandom.class)
                .orShould()
                .accessTargetWhere(target("draw a random id", UUID.class, "randomUUID"))
                .check(CORE);
    }

    /** The name that is left without such a word is usually better. */
    @Test
    void namesSayWhatAThingIs() {
        classes()
                .should()
                .haveNameNotMatching(".*(Impl|Manager|Util|Utils|Helper)")
                .andShould()
                .haveNameNotMatching(".*[.$](Abstract|Default)[A-Z].*")
                .check(CORE);
    }

    /** More than these are mixed up at a call site, where they are told apart by place alone. */
    @Test
    void noConstructorTakesMoreThanEightValues() {
        assertThat(CORE.stream()
                        .filter(type -> !type.isEnum())
                        .flatMap(type -> type.getConstructors().stream())
                        .filter(constructor ->
                                constructor.getRawParameterTypes().size() > 8)
                        .map(JavaConstructor::getFullName))
                .isEmpty();
    }

    /** {@code setAmount("key-1", …)} once meant a policy of that name, beside {@code setAmount(AccountId, …)}. */
    @Test
    void noOverloadOfTheApiMeansSomethingElseByAText() {
        Set<String> takeATextAsWell = CORE.stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(method -> method.getOwner().getMethods().stream().anyMatch(other -> hangOnAText(method, other)))
                .map(method -> method.getOwner().getName().substring(ROOT.length() + 1) + "." + method.getName())
                .collect(Collectors.toSet());

        // Each parses its text to the value that the other overload takes, or reads the document that it is.
        assertThat(takeATextAsWell)
                .containsExactlyInAnyOrder(
                        "amount.Amount.of",
                        "policy.Account.builder",
                        "policy.Account$Builder.parent",
                        "reservation.ReserveRequest$Builder.id",
                        "pricing.TokenRates$Builder.input",
                        "pricing.TokenRates$Builder.output",
                        "pricing.TokenRates$Builder.cachedRead",
                        "pricing.TokenRates$Builder.cachedWrite5m",
                        "pricing.TokenRates$Builder.cachedWrite1h",
                        "json.AccountJson.read",
                        "json.PolicyJson.read");
    }

    /** Whether two methods of one name differ by a text in the place of another value. */
    private static boolean hangOnAText(JavaMethod one, JavaMethod other) {
        List<JavaClass> texts = one.getRawParameterTypes();
        List<JavaClass> values = other.getRawParameterTypes();
        return one.getName().equals(other.getName())
                && IntStream.range(0, Math.min(texts.size(), values.size()))
                        .anyMatch(i -> texts.get(i).isEquivalentTo(String.class)
                                && !values.get(i).isEquivalentTo(String.class));
    }

    private static DescribedPredicate<JavaAccess<?>> readsTheSystemsTimeOrZone() {
        return describe("the system's time or zone", access -> {
            JavaClass owner = access.getTargetOwner();
            String name = access.getTarget().getName();
            boolean constructor = name.equals("<init>");
            return resideInAPackage("java.time..").test(owner) && name.equals("now")
                    || owner.isEquivalentTo(System.class)
                            && Set.of("currentTimeMillis", "nanoTime").contains(name)
                    || owner.isEquivalentTo(ZoneId.class) && name.equals("systemDefault")
                    || owner.isEquivalentTo(TimeZone.class) && name.equals("getDefault")
                    || owner.isEquivalentTo(Clock.class) && name.equals("systemDefaultZone")
                    || owner.isEquivalentTo(Date.class) && constructor
                    || owner.isAssignableTo(Calendar.class) && (constructor || name.equals("getInstance"));
        });
    }

    private static DescribedPredicate<JavaAccess<?>> target(String description, Class<?> owner, String name) {
        return describe(
                description,
                access -> access.getTargetOwner().isEquivalentTo(owner)
                        && access.getTarget().getName().equals(name));
    }

    /** One slice per package below the root; the root is a slice of its own, which may import all and none imports. */
    private static final class ByPackage implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getPackageName();
            if (name.equals(ROOT)) {
                return SliceIdentifier.of(ROOT);
            }
            return name.startsWith(ROOT + ".")
                    ? SliceIdentifier.of(name.substring(ROOT.length() + 1).replaceFirst("\\..*", ""))
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages of " + ROOT;
        }
    }
}
