package dev.assay.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.InvalidDataException;
import dev.assay.data.DataSpec;
import dev.assay.defense.Budget;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StudySubjectTest {
    @Test
    void readsModelAndImages() {
        StudySubject subject = StudySubject.parse("zoo/a=b.onnx=records:x=y.bin#0..9");
        assertThat(subject.model()).isEqualTo(Path.of("zoo/a=b.onnx"));
        assertThat(subject.name()).isEqualTo("a=b");
        assertThat(subject.data()).isEqualTo(DataSpec.parse("records:x=y.bin#0..9"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "model.onnx=", "model.onnx=images", "=folder:images", "m.onnx=tar:images"})
    void refusesOtherForms(String text) {
        assertThatThrownBy(() -> StudySubject.parse(text))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("expected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"src/test/resources/dev/assay/shapes/shapes_clean.onnx", "models/none.onnx"})
    void refusesModelsWithoutABackdoor(String model) {
        assertThatThrownBy(new StudySubject(Path.of(model), DataSpec.parse("signs:test"))::truth)
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining(model + ": expected a backdoored model");
    }

    @Test
    void refusesTwoModelsOfOneName() {
        StudySubject one = StudySubject.parse("a/m.onnx=signs:test");
        StudySubject other = StudySubject.parse("b/m.onnx=signs:test");
        assertThatThrownBy(() ->
                        new BlindspotsRequest(List.of(one, other), 1, Budget.QUICK, 7, Path.of("out"), "assay", false))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("[m, m]");
    }
}
