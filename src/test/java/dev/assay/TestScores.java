package dev.assay;

import dev.assay.data.Preprocessing.Layout;
import dev.assay.ir.DataType;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.Scores;
import java.util.OptionalLong;

/** Scores without a model. */
public final class TestScores {
    private TestScores() {}

    public static Scores logits(int classes, float... values) {
        return Scores.of(values, ports(classes, false), "test");
    }

    public static Scores probabilities(int classes, float... values) {
        return Scores.of(values, ports(classes, true), "test");
    }

    private static ClassifierPorts ports(int classes, boolean probabilities) {
        return new ClassifierPorts(
                "x", DataType.FLOAT, Layout.NCHW, 8, 8, "y", classes, probabilities, "y", null, OptionalLong.empty());
    }
}
