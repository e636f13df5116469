package io.wavegate;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** How the house is built, in sentences. */
@AnalyzeClasses(packages = "io.wavegate", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
    @ArchTest
    static final ArchRule importsPointOneWay = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("io.wavegate..")
            .layer("api")
            .definedBy("io.wavegate.api..")
            .layer("argocd")
            .definedBy("io.wavegate.argocd..")
            .layer("loop")
            .definedBy("io.wavegate.loop..")
            .layer("gate")
            .definedBy("io.wavegate.gate..")
            .layer("lock")
            .definedBy("io.wavegate.lock..")
            .layer("run")
            .definedBy("io.wavegate.run..")
            .layer("ledger")
            .definedBy("io.wavegate.ledger..")
            .layer("mark")
            .definedBy("io.wavegate.mark..")
            .layer("web")
            .definedBy("io.wavegate.web..")
            .layer("flyway")
            .definedBy("io.wavegate.flyway..")
            .layer("main")
            .definedBy("io.wavegate")
            .whereLayer("flyway")
            .mayOnlyBeAccessedByLayers("main")
            .whereLayer("main")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("web")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("gate")
            .mayOnlyBeAccessedByLayers("web")
            .whereLayer("run")
            .mayOnlyBeAccessedByLayers("web")
            .whereLayer("lock")
            .mayOnlyBeAccessedByLayers("run", "web")
            .whereLayer("argocd")
            .mayOnlyBeAccessedByLayers("gate", "mark", "web")
            .whereLayer("ledger")
            .mayOnlyBeAccessedByLayers("run", "mark", "web")
            .whereLayer("mark")
            .mayOnlyBeAccessedByLayers("web")
            .whereLayer("loop")
            .mayOnlyBeAccessedByLayers("gate", "lock", "run", "mark", "web")
            .whereLayer("api")
            .mayOnlyBeAccessedByLayers("argocd", "loop", "gate", "lock", "run", "ledger", "mark", "web", "flyway");

    @ArchTest
    static final ArchRule noPackagesGoInCircles =
            slices().matching("io.wavegate.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule everyClassLivesInOneOfTheRooms = classes()
            .should()
            .resideInAnyPackage(
                    "io.wavegate",
                    "io.wavegate.flyway",
                    "io.wavegate.api",
                    "io.wavegate.argocd",
                    "io.wavegate.loop",
                    "io.wavegate.gate",
                    "io.wavegate.lock",
                    "io.wavegate.run",
                    "io.wavegate.ledger",
                    "io.wavegate.mark",
                    "io.wavegate.web");

    @ArchTest
    static final ArchRule whatIsPureKnowsNoKubernetesClient = noClasses()
            .that()
            .haveNameMatching(
                    ".*\\.(GateState|GateDecision|HookStatus|HookJob|RunState|RunDecision|Start|Obstacle|Verdict|LogSource|LogTail"
                            + "|EmittedJob|TrackingId|Application|Before|KubernetesVersion|Reason|RunName|Line|WatchedApplication|Entry|OwnRuns|Marking|Skipped|Rewrites)(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8.kubernetes.client..", "io.javaoperatorsdk..")
            .because(
                    "the decisions are tables that need no cluster; a record is a custom resource of the client by birth, and"
                            + " only its fields are read");

    @ArchTest
    static final ArchRule theRunKnowsNothingOfArgoCd = noClasses()
            .that()
            .resideInAPackage("io.wavegate.run")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.wavegate.argocd");

    @ArchTest
    static final ArchRule theEngineKnowsNothingOfKubernetes = noClasses()
            .that()
            .resideInAPackage("io.wavegate.flyway")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.fabric8..", "io.javaoperatorsdk..", "io.quarkus.arc..", "io.quarkus.runtime", "jakarta..")
            .because("a run of the engine starts nothing of the controller");

    @ArchTest
    static final ArchRule theGateKnowsNothingOfPods = noClasses()
            .that()
            .resideInAPackage("io.wavegate.gate")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("io\\.fabric8\\.kubernetes\\.api\\.model\\.(Pod|Container).*");

    @ArchTest
    static final ArchRule namesSayWhatAClassDoes = noClasses()
            .should()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Impl");

    @ArchTest
    static final ArchRule theClockIsInjected = noClasses()
            .that()
            .doNotHaveSimpleName("SystemClock")
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(java.time.Clock.class, "systemUTC")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);
}
