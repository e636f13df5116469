package io.wavegate.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests their {@link Lab} (one per suite), {@link Controller} (one per class) and {@link Project} (one per test), asks the
 * {@link Invariants} of every project when its test has passed, and leaves the {@link Evidence} of a failed one.
 */
final class LabExtension implements ParameterResolver, AfterTestExecutionCallback {
    private static final ExtensionContext.Namespace STORE = ExtensionContext.Namespace.create(LabExtension.class);
    private static final Path REPORTS = Path.of("target", "lab");
    private static final Set<Class<?>> OFFERED =
            Set.of(Lab.class, Controller.class, InstalledController.class, Project.class);
    private static final Pattern INVOCATION = Pattern.compile("#(\\d+)]");

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return OFFERED.contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        if (type == Lab.class) {
            return lab(context);
        }
        Controller controller = controller(context);
        controller.start();
        return type == Project.class ? project(context) : controller;
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        Project project = context.getStore(STORE).get(Project.class, Project.class);
        if (project == null) {
            return;
        }
        boolean failed = context.getExecutionException().isPresent();
        try {
            if (!failed) {
                failed = true;
                Invariants.hold(project);
                Invariants.hold(controller(context));
                failed = false;
            }
        } finally {
            if (failed) {
                new Evidence(project, controller(context), folder(context)).keep();
            }
        }
    }

    private static Lab lab(ExtensionContext context) {
        return context.getRoot().getStore(STORE).computeIfAbsent(Lab.class, key -> readyForOneController(), Lab.class);
    }

    private static Lab readyForOneController() {
        Lab lab = Lab.ready();
        InstalledController.makeWay(lab);
        // Also a controller that is a process keeps its Leases there.
        lab.kubectl("apply", "--server-side", "--force-conflicts", "-f", "manifests/namespace.yaml");
        return lab;
    }

    private static Controller controller(ExtensionContext context) {
        ExtensionContext ofClass = ofClass(context);
        Lab lab = lab(context);
        return ofClass.getStore(STORE)
                .computeIfAbsent(
                        Controller.class,
                        key -> Controller.underTest(
                                lab,
                                emptied(folder(ofClass).resolve("controller")).resolve("controller.log")),
                        Controller.class);
    }

    private static Project project(ExtensionContext context) {
        Lab lab = lab(context);
        return context.getStore(STORE)
                .computeIfAbsent(
                        Project.class,
                        key -> new Project(lab, namespace(context.getRequiredTestClass()), emptied(folder(context))),
                        Project.class);
    }

    private static ExtensionContext ofClass(ExtensionContext context) {
        ExtensionContext at = context;
        while (at.getTestMethod().isPresent()) {
            at = at.getParent().orElseThrow();
        }
        return at;
    }

    /** {@code target/lab/ReleaseIT/firstRelease}, with a number for each invocation of a parameterized test. */
    private static Path folder(ExtensionContext context) {
        Path ofClass = REPORTS.resolve(context.getRequiredTestClass().getSimpleName());
        Matcher invocation = INVOCATION.matcher(context.getUniqueId());
        String number = invocation.find() ? "-" + invocation.group(1) : "";
        return context.getTestMethod()
                .map(method -> ofClass.resolve(method.getName() + number))
                .orElse(ofClass);
    }

    private static String namespace(Class<?> test) {
        byte[] random = new byte[3];
        ThreadLocalRandom.current().nextBytes(random);
        return test.getSimpleName().replaceAll("IT$", "").toLowerCase(Locale.ROOT) + "-"
                + HexFormat.of().formatHex(random);
    }

    /** A report of an earlier run must not be taken for one of this run. */
    static Path emptied(Path folder) {
        try {
            if (Files.exists(folder)) {
                try (Stream<Path> old = Files.walk(folder)) {
                    for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(path);
                    }
                }
            }
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
