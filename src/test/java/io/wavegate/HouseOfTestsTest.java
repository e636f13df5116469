package io.wavegate;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** How the house of the tests is built. */
@AnalyzeClasses(packages = "io.wavegate", importOptions = ImportOption.OnlyIncludeTests.class)
class HouseOfTestsTest {
    @ArchTest
    static final ArchRule nothingSleeps = noClasses()
            .should()
            .callMethodWhere(target(owner(type(Thread.class))).and(target(name("sleep"))))
            .because("tests wait for a condition with a deadline");

    @ArchTest
    static final ArchRule theLabKnowsOfWavegateOnlyWhatUsersSee = classes()
            .that()
            .resideInAPackage("io.wavegate.lab")
            .should()
            .onlyDependOnClassesThat(resideOutsideOfPackage("io.wavegate..")
                    .or(resideInAnyPackage("io.wavegate.lab", "io.wavegate.api", "io.wavegate.install")))
            .because("what is asserted there is what a person sees in the cluster");
}
