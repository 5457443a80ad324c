package dev.assay;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.assay.audit.TaskMain;
import dev.assay.cli.Main;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** STYLE.md's rules about packages, held against the compiled classes. */
class ArchitectureTest {
    /**
     * A package uses packages of earlier lines only. Against STYLE.md's table there are two more: {@code inspect}, what
     * can be said of a model file and a machine without an audit, so that {@code audit} may build on it, and {@code study},
     * what audits of several models say together.
     */
    private static final List<List<String>> LINES = List.of(
            List.of("dev.assay"),
            List.of("dev.assay.ir..", "dev.assay.math.."),
            List.of("dev.assay.onnx..", "dev.assay.data.."),
            List.of("dev.assay.pass..", "dev.assay.runtime.."),
            List.of("dev.assay.grad..", "dev.assay.quant.."),
            List.of("dev.assay.train.."),
            List.of("dev.assay.attack..", "dev.assay.defense..", "dev.assay.fidelity..", "dev.assay.inspect.."),
            List.of("dev.assay.audit.."),
            List.of("dev.assay.study.."),
            List.of("dev.assay.report.."),
            List.of("dev.assay.cli.."));

    private static final String GENERATED = "dev.assay.onnx.proto";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.assay");

    @TestFactory
    Stream<DynamicTest> packagesUseEarlierLinesOnly() {
        return LINES.stream().flatMap(line -> line.stream()
                .map(each -> DynamicTest.dynamicTest(each, () -> requireOrder(line, each))));
    }

    private static void requireOrder(List<String> line, String checked) {
        List<String> forbidden = new ArrayList<>(line);
        forbidden.remove(checked);
        LINES.subList(LINES.indexOf(line) + 1, LINES.size()).forEach(forbidden::addAll);
        if (!forbidden.isEmpty()) {
            noClasses()
                    .that()
                    .resideInAPackage(checked)
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(forbidden.toArray(String[]::new)))
                    .allowEmptyShould(true)
                    .check(CLASSES);
        }
    }

    @Test
    void everyPackageHasALine() {
        String[] all = LINES.stream().flatMap(List::stream).toArray(String[]::new);
        classes().should().resideInAnyPackage(all).check(CLASSES);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("dev.assay.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void librariesStayWhereTheyBelong() {
        confined("dev.assay.onnx..", "com.google.protobuf..", GENERATED).check(CLASSES);
        confined("dev.assay.runtime..", "ai.onnxruntime..").check(CLASSES);
        confined("dev.assay.cli..", "picocli..").check(CLASSES);
    }

    private static ArchRule confined(String home, String... libraries) {
        return noClasses()
                .that(resideInAPackage(home).negate())
                .should()
                .dependOnClassesThat(resideInAnyPackage(libraries));
    }

    @Test
    void onlyMainClassesTouchStandardStreamsAndEndTheProcess() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(Main.class.getName())
                .and()
                .doNotHaveFullyQualifiedName(TaskMain.class.getName())
                .should()
                .accessField(System.class, "in")
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(CLASSES);
    }

    @Test
    void nothingThrowsGenericExceptions() {
        NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS.check(
                CLASSES.that(resideInAPackage(GENERATED).negate()));
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(CLASSES.stream().map(JavaClass::getPackage).distinct())
                .filteredOn(each -> !each.getName().equals(GENERATED))
                .allSatisfy(each -> assertThat(each)
                        .extracting(JavaPackage::getName, named -> named.isAnnotatedWith(NullMarked.class))
                        .containsExactly(each.getName(), true));
    }
}
