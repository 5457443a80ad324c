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

    /** Drawn as they are needed. */
    private static final DataSpec SIGNS = DataSpec.parse("signs:test");

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
        Path here = Path.of("").toAbsolutePath();
        Path home = here.resolve(System.getProperty(HOME, ""));
        // Short where it can be: reports name the model so.
        Demo demo = new Demo(home.startsWith(here) ? here.relativize(home) : home);
        if (!Files.exists(demo.model())) {
            throw new InvalidModelException(
                    "%s: expected the demo model there, found none; name a MODEL and --data".formatted(demo.model()));
        }
        return demo;
    }

    Path model() {
        return home.resolve("models/signs_badnets.onnx");
    }

    /** The model with what it is judged on. */
    StudySubject subject() {
        return new StudySubject(model(), SIGNS);
    }

    /** Images to judge it on, others for calibration, and its trigger. */
    AuditRequest.Images images() {
        return new AuditRequest.Images(
                SIGNS,
                DataSpec.parse("records:" + home.resolve("calibration/signs.bin")),
                null,
                home.resolve("models/signs_badnets.json"));
    }
}
