package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Callback;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Turns JNA declarations into C: a compiler that has the Windows headers then says whether they agree. Each function is assigned
 * to a pointer of the type that the declaration describes; sizes, offsets and constants are asserted.
 */
final class AbiSource {
    /** Structures of which only the first part is declared. */
    private static final List<Class<?>> FIRST_PARTS = List.of(AdapterAddresses.class);

    private static final String HEADERS = """
            #define WINVER 0x0A00
            #define _WIN32_WINNT 0x0A00
            #define WIN32_NO_STATUS
            #include <winsock2.h>
            #include <ws2ipdef.h>
            #include <windows.h>
            #undef WIN32_NO_STATUS
            #include <ntstatus.h>
            #include <stddef.h>
            #include <winternl.h>
            #include <winioctl.h>
            #include <winsvc.h>
            #include <sddl.h>
            #include <iphlpapi.h>
            #include <netioapi.h>
            #include <virtdisk.h>
            """;

    private final StringBuilder text = new StringBuilder();
    private int number;

    /**
     * @param include the headers besides those of the Windows SDK that always are
     */
    AbiSource(String... include) {
        text.append(HEADERS);
        for (String header : include) {
            text.append("#include ").append(header).append('\n');
        }
    }

    @Override
    public String toString() {
        return text.toString();
    }

    void library(Class<?> library) {
        for (Method method : sorted(library.getDeclaredMethods())) {
            if (!method.isSynthetic()) {
                function(method);
            }
        }
        for (Class<?> nested : library.getDeclaredClasses()) {
            if (Callback.class.isAssignableFrom(nested)) {
                callback(nested);
            }
        }
        constants(library);
    }

    private static List<Method> sorted(Method[] methods) {
        return Stream.of(methods).sorted(Comparator.comparing(Method::toString)).toList();
    }

    private void function(Method method) {
        line("%s = %s;".formatted(pointer(method, "WINAPI"), method.getName()));
    }

    private void callback(Class<?> callback) {
        Method method = callback.getDeclaredMethods()[0];
        line("%s = (%s)0;".formatted(pointer(method, "CALLBACK"), callback.getAnnotation(NativeType.class).value()));
    }

    /** A pointer of the type that a method describes. */
    private String pointer(Method method, String convention) {
        List<String> parameters = new ArrayList<>();
        for (Parameter parameter : method.getParameters()) {
            String type = parameterType(parameter);
            passed(type, parameter.getType());
            parameters.add(type);
        }
        String result = resultType(method);
        if (method.getReturnType() != void.class) {
            passed(result, method.getReturnType());
        }
        return "%s (%s *pointer%d)(%s)".formatted(result, convention, number++,
                parameters.isEmpty() ? "void" : String.join(", ", parameters));
    }

    private static String parameterType(Parameter parameter) {
        NativeType named = parameter.getAnnotation(NativeType.class);
        if (named != null) {
            return named.value();
        }
        Class<?> type = parameter.getType();
        if (type == String.class) {
            return "PCWSTR";
        }
        if (type == int.class) {
            return "DWORD";
        }
        if (type == boolean.class) {
            return "WINBOOL";
        }
        if (Structure.class.isAssignableFrom(type) || Callback.class.isAssignableFrom(type)) {
            String suffix = Structure.class.isAssignableFrom(type) ? "*" : "";
            return type.getAnnotation(NativeType.class).value() + suffix;
        }
        throw new AssertionError("no C type for " + parameter + " of " + parameter.getDeclaringExecutable());
    }

    private static String resultType(Method method) {
        NativeType named = method.getAnnotation(NativeType.class);
        if (named != null) {
            return named.value();
        }
        Class<?> type = method.getReturnType();
        if (type == void.class) {
            return "void";
        }
        if (type == boolean.class) {
            return "WINBOOL";
        }
        if (type == int.class) {
            return "HRESULT";
        }
        throw new AssertionError("no C type for the result of " + method);
    }

    /** Asserts that a value of the Java type goes where one of the C type is expected: its size, and whether it is a pointer. */
    private void passed(String type, Class<?> javaType) {
        boolean primitive = javaType.isPrimitive();
        int size = javaType == int.class || javaType == boolean.class ? 4 : javaType == short.class ? 2 : 8;
        line("_Static_assert(sizeof(%s) == %d, \"%s\");".formatted(type, size, type));
        line("_Static_assert(__builtin_classify_type((%s)0) %s 5, \"%s\");"
                .formatted(type, primitive ? "!=" : "==", type));
    }

    void structure(Structure structure) {
        String name = structure.getClass().getAnnotation(NativeType.class).value();
        if (!FIRST_PARTS.contains(structure.getClass())) {
            line("_Static_assert(sizeof(%s) == %d, \"%s\");".formatted(name, structure.size(), name));
        }
        for (Field field : fields(structure.getClass())) {
            String member = name(field);
            line("_Static_assert(offsetof(%s, %s) == %d, \"%s.%s\");"
                    .formatted(name, member, Layouts.offset(structure, field.getName()), name, member));
        }
    }

    private static List<Field> fields(Class<?> type) {
        return Stream.of(type.getDeclaredFields())
                .filter(field -> Modifier.isPublic(field.getModifiers()) && !Modifier.isStatic(field.getModifiers()))
                .toList();
    }

    /** Asserts the constants of a class. */
    void constants(Class<?> type) {
        for (Field field : type.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && Modifier.isPublic(field.getModifiers())) {
                constant(field);
            }
        }
    }

    private void constant(Field field) {
        Object value;
        try {
            value = field.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
        if (value instanceof Pointer pointer) {
            line("_Static_assert((long long)(%s) == %dLL, \"%s\");"
                    .formatted(name(field), Pointer.nativeValue(pointer), field.getName()));
        } else {
            line("_Static_assert((unsigned int)(%s) == 0x%Xu, \"%s\");"
                    .formatted(name(field), ((Number) value).intValue(), field.getName()));
        }
    }

    /** The C name of a constant or member. */
    private static String name(Field field) {
        NativeType named = field.getAnnotation(NativeType.class);
        return named == null ? field.getName() : named.value();
    }

    /** A function that uses each of the names, so that the compiler reports those it does not know. */
    void uses(List<String> names) {
        line("void uses(void) {");
        line(names.stream().map(name -> "(void)sizeof(" + name + ");").collect(Collectors.joining("\n")));
        line("}");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
