package org.quotaledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedTypeVariable;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericDeclaration;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The public types and members of quota-core's exported packages, as lines of text.
 *
 * <p>Types are named without their package. A record shows its components in place of its accessors, and methods of
 * {@link Object} are left out.
 */
final class PublicApi {

    private static final Pattern EXPORT = Pattern.compile("exports ([\\w.]+);");

    private PublicApi() {}

    static List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        // Surefire runs in the module's folder.
        String module = Files.readString(Path.of("src", "main", "java", "module-info.java"));
        for (String name : new TreeSet<>(
                EXPORT.matcher(module).results().map(found -> found.group(1)).toList())) {
            lines.add("package " + name);
            types(name).forEach(type -> add(lines, type));
        }
        return lines;
    }

    private static Stream<Class<?>> types(String packageName) {
        Path classes;
        try {
            classes = Path.of(QuotaLedger.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException unreadable) {
            throw new IllegalStateException(unreadable);
        }
        try (Stream<Path> files = Files.list(classes.resolve(packageName.replace('.', '/')))) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".class") && !file.contains("-") && !file.contains("$"))
                    .map(file -> file.substring(0, file.length() - ".class".length()))
                    .sorted()
                    .<Class<?>>map(simple -> load(packageName + "." + simple))
                    .filter(type -> Modifier.isPublic(type.getModifiers()))
                    .toList()
                    .stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, PublicApi.class.getClassLoader());
        } catch (ClassNotFoundException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static void add(List<String> lines, Class<?> type) {
        String name = name(type);
        lines.add(name + ": " + declaration(type));
        TreeSet<String> members = new TreeSet<>();
        Stream.of(type.getDeclaredFields(), type.getDeclaredConstructors(), type.getDeclaredMethods())
                .<Member>flatMap(Arrays::stream)
                .filter(member -> visible(member) && !implied(type, member))
                .forEach(member -> members.add("  " + name + ": " + signature(member)));
        lines.addAll(members);
        Arrays.stream(type.getDeclaredClasses())
                .filter(nested -> (nested.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0)
                .sorted((one, other) -> name(one).compareTo(name(other)))
                .forEach(nested -> add(lines, nested));
    }

    private static boolean visible(Member member) {
        return (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0 && !member.isSynthetic();
    }

    /** Returns whether the type's declaration says already that the member is there. */
    private static boolean implied(Class<?> type, Member member) {
        if (member instanceof Field) {
            return false;
        }
        List<Class<?>> parameters = List.of(((Executable) member).getParameterTypes());
        if (type.isRecord()) {
            List<Class<?>> components = new ArrayList<>();
            for (RecordComponent component : type.getRecordComponents()) {
                components.add(component.getType());
                if (parameters.isEmpty() && component.getName().equals(member.getName())) {
                    return true;
                }
            }
            if (member instanceof Constructor && parameters.equals(components)) {
                return true;
            }
        }
        String call = member.getName() + parameters;
        return List.of("equals" + List.of(Object.class), "hashCode[]", "toString[]")
                        .contains(call)
                || type.isEnum()
                        && List.of("values[]", "valueOf" + List.of(String.class))
                                .contains(call);
    }

    private static String declaration(Class<?> type) {
        int modifiers = type.getModifiers() & ~(Modifier.PUBLIC | Modifier.INTERFACE | Modifier.STATIC);
        StringBuilder text = new StringBuilder();
        if (type.isAnnotation()) {
            text.append("@interface");
        } else if (type.isRecord()) {
            text.append("record")
                    .append(variables(type))
                    .append(Arrays.stream(type.getRecordComponents())
                            .map(component -> text(component.getAnnotatedType()) + " " + component.getName())
                            .collect(Collectors.joining(", ", "(", ")")));
        } else if (type.isEnum()) {
            text.append("enum");
        } else if (type.isInterface()) {
            text.append(type.isSealed() ? "sealed " : "").append("interface").append(variables(type));
        } else {
            text.append(type.isSealed() ? "sealed " : "")
                    .append(modifiers == 0 ? "" : Modifier.toString(modifiers) + " ")
                    .append("class")
                    .append(variables(type));
        }
        AnnotatedType parent = type.getAnnotatedSuperclass();
        boolean plain = parent == null || type.isRecord() || type.isEnum() || parent.getType() == Object.class;
        text.append(plain ? "" : " extends " + text(parent));
        text.append(list(type.isInterface() ? " extends " : " implements ", type.getAnnotatedInterfaces()));
        return text.toString();
    }

    private static String signature(Member member) {
        int shown = member.getModifiers() & (Modifier.PROTECTED | Modifier.STATIC | Modifier.ABSTRACT | Modifier.FINAL);
        if (member instanceof Field field) {
            return modifiers(shown) + text(field.getAnnotatedType()) + " " + field.getName();
        }
        Executable executable = (Executable) member;
        boolean method = executable instanceof Method;
        String start = method && ((Method) executable).isDefault() ? "default " : modifiers(shown);
        String variables = variables(executable).isEmpty() ? "" : variables(executable) + " ";
        String result = method ? text(executable.getAnnotatedReturnType()) + " " + executable.getName() : "new";
        return start
                + variables
                + result
                + list("(", executable.getAnnotatedParameterTypes(), ")", true)
                + list(" throws ", executable.getAnnotatedExceptionTypes());
    }

    private static String modifiers(int modifiers) {
        return modifiers == 0 ? "" : Modifier.toString(modifiers) + " ";
    }

    private static String variables(GenericDeclaration declaration) {
        return Arrays.stream(declaration.getTypeParameters())
                .map(variable -> variable.getName() + bounds(variable.getAnnotatedBounds()))
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(", "), joined -> joined.isEmpty() ? "" : "<" + joined + ">"));
    }

    private static String bounds(AnnotatedType[] bounds) {
        return Arrays.stream(bounds)
                .filter(bound -> bound.getType() != Object.class || nullable(bound))
                .map(PublicApi::text)
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(" & "), joined -> joined.isEmpty() ? "" : " extends " + joined));
    }

    private static String list(String before, AnnotatedType[] types) {
        return list(before, types, "", false);
    }

    private static String list(String before, AnnotatedType[] types, String after, boolean evenEmpty) {
        return types.length == 0 && !evenEmpty
                ? ""
                : Arrays.stream(types).map(PublicApi::text).collect(Collectors.joining(", ", before, after));
    }

    private static String text(AnnotatedType type) {
        String mark = nullable(type) ? "@Nullable " : "";
        if (type instanceof AnnotatedArrayType array) {
            return text(array.getAnnotatedGenericComponentType()) + "[]" + mark.strip();
        }
        if (type instanceof AnnotatedWildcardType wildcard) {
            AnnotatedType[] lower = wildcard.getAnnotatedLowerBounds();
            return "?" + (lower.length > 0 ? " super " + text(lower[0]) : bounds(wildcard.getAnnotatedUpperBounds()));
        }
        if (type instanceof AnnotatedParameterizedType generic) {
            Class<?> raw = (Class<?>) ((ParameterizedType) generic.getType()).getRawType();
            return mark + name(raw) + list("<", generic.getAnnotatedActualTypeArguments(), ">", true);
        }
        return type instanceof AnnotatedTypeVariable
                ? mark + type.getType().getTypeName()
                : mark + name((Class<?>) type.getType());
    }

    private static boolean nullable(AnnotatedElement element) {
        return element.isAnnotationPresent(Nullable.class);
    }

    private static String name(Class<?> type) {
        return type.getEnclosingClass() == null
                ? type.getSimpleName()
                : name(type.getEnclosingClass()) + "." + type.getSimpleName();
    }
}
