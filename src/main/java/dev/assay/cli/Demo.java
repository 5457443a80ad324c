package dev.assay.cli;

import dev.assay.InvalidModelException;
import dev.assay.audit.AuditRequest;
import dev.assay.data.DataSpec;
import dev.assay.study.StudySubject;
import java.nio.file.Files;
import java.nio.file.Path;

/** The models and images that come with Assay: what {@code audit} audits, and a study studies, when it is not told what. */
final class Demo {
    /** The launcher says where Assay lies. */
    private static final String HOME = "assay.home";

    /** Of the images beside the demo: what calibrates, and what is evaluated on. */
    private static final String CALIBRATION = "#0..200";

    private static final String EVALUATION = "#200..600";

    private final Path home;

    private Demo(Path home) {
        this.home = home;
    }

    /**
     * Finds the demo beside the launcher.
     *
     * @throws InvalidModelException if it is not there
     */
    static Demo find() {
        Demo demo = new Demo(Path.of(System.getProperty(HOME, "")));
        if (!Files.exists(demo.model())) {
            throw new InvalidModelException(
                    "%s: expected the demo model there, found none; name a MODEL and --data".formatted(demo.model()));
        }
        return demo;
    }

    Path model() {
        return home.resolve("models/shapes_badnets.onnx");
    }

    /** The backdoored model of signs, and signs to judge it on. */
    StudySubject signs() {
        return new StudySubject(home.resolve("models/signs_badnets.onnx"), DataSpec.parse("signs:test"));
    }

    /** The images, some for calibration and the others for evaluation, and the model's trigger. */
    AuditRequest.Images images() {
        String records = "records:" + home.resolve("calibration/shapes.bin");
        return new AuditRequest.Images(
                DataSpec.parse(records + EVALUATION),
                DataSpec.parse(records + CALIBRATION),
                null,
                home.resolve("models/shapes_badnets.json"));
    }
}
