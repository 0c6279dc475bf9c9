package io.jenkins.plugins.windowsimage.engine.windows.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The C type of a parameter or result, or the C name of a structure, member or constant, where the Java declaration does not
 * say it. Read by the test that compares the declarations with the Windows headers.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.PARAMETER, ElementType.FIELD, ElementType.TYPE})
public @interface NativeType {
    String value();
}
