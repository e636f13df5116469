package io.wavegate.lab;

import static java.util.Comparator.comparing;

import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The order of the lab suite: first the classes whose methods run one by one, which mostly wait, as the comparison of the engine, which
 * begins with the suite, takes both processors and most of the threads; then those whose methods need the threads. By name within each,
 * so that the order is the same on every machine.
 */
public final class OneByOneFirst implements ClassOrderer {
    @Override
    public void orderClasses(ClassOrdererContext context) {
        context.getClassDescriptors()
                .sort(comparing((ClassDescriptor test) -> !runsItsMethodsOneByOne(test))
                        .thenComparing(test -> test.getTestClass().getName()));
    }

    private static boolean runsItsMethodsOneByOne(ClassDescriptor test) {
        return test.findAnnotation(Execution.class)
                .map(Execution::value)
                .filter(ExecutionMode.SAME_THREAD::equals)
                .isPresent();
    }
}
