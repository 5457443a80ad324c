package dev.assay.report;

import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.DataInfo;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.AuditResult.Verdict;
import dev.assay.report.CycloneDxBom.Component;
import dev.assay.report.CycloneDxBom.Dependency;
import dev.assay.report.CycloneDxBom.Hash;
import dev.assay.report.CycloneDxBom.Metadata;
import dev.assay.report.CycloneDxBom.ModelCard;
import dev.assay.report.CycloneDxBom.Pedigree;
import dev.assay.report.CycloneDxBom.Property;
import dev.assay.report.CycloneDxBom.Tools;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An audit as a CycloneDX 1.6 bill of materials: the model as its subject, each artifact made of it as a component with the
 * model as ancestor, and ONNX Runtime, which all of them depend on. A component's model card holds the figures of every
 * deployment that runs it, with the deployment as slice, and as limitations whatever did not pass there. A figure that is
 * undefined is left out.
 */
final class CycloneDxReport {
    private static final String MODEL = "machine-learning-model";
    private static final String RUNTIME = "onnxruntime";

    private final AuditResult result;
    private final List<AuditedFile> files;
    private final ModelCards cards;

    private CycloneDxReport(AuditResult result) {
        this.result = result;
        files = AuditedFile.of(result);
        cards = new ModelCards(result);
    }

    /** Returns the bill; it ends with a newline. */
    static String render(AuditResult result) {
        return IndentedJson.of(new CycloneDxReport(result).bom());
    }

    private CycloneDxBom bom() {
        List<Component> components = new ArrayList<>();
        files.stream().skip(1).map(this::artifact).forEach(components::add);
        DataInfo data = result.data();
        components.add(images(
                ModelCards.EVALUATION,
                data.evaluation(),
                data.evaluationImages(),
                new Property("assay:sha256", data.evaluationSha256())));
        components.add(images(ModelCards.CALIBRATION, data.calibration(), data.calibrationImages()));
        components.add(named("library", RUNTIME, result.environment().onnxruntime()));
        return new CycloneDxBom(
                "http://cyclonedx.org/schema/bom-1.6.schema.json",
                "CycloneDX",
                "1.6",
                serialNumber(),
                1,
                metadata(),
                components,
                files.stream()
                        .map(file -> new Dependency(ref(file), List.of(RUNTIME)))
                        .toList());
    }

    /** The same for the same result, another for another audit of the same files. */
    private String serialNumber() {
        String identity = files.stream().map(AuditedFile::sha256).collect(Collectors.joining("\n"))
                + "\n"
                + result.timing().started();
        return "urn:uuid:" + UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8));
    }

    private Metadata metadata() {
        Verdict verdict = result.verdict();
        List<Property> properties = new ArrayList<>();
        properties.add(new Property("assay:decision", verdict.decision().name()));
        properties.add(new Property("assay:exitCode", String.valueOf(verdict.exitCode())));
        if (verdict.headline() != null) {
            properties.add(new Property("assay:headline", verdict.headline()));
        }
        verdict.reasons().forEach(reason -> properties.add(new Property("assay:reason", reason)));
        AuditedFile model = files.get(0);
        return new Metadata(
                result.timing().started(),
                new Tools(List.of(named("application", "assay", result.assay()))),
                component(model, null, cards.ofModel(model)),
                properties);
    }

    private static Component named(String type, String name, String version) {
        return new Component(type, name, name, version, null, null, null, null);
    }

    private static Component images(String ref, String name, int count, Property... further) {
        List<Property> properties = new ArrayList<>(List.of(new Property("assay:images", String.valueOf(count))));
        properties.addAll(List.of(further));
        return new Component("data", ref, name, null, null, null, null, properties);
    }

    private Component artifact(AuditedFile file) {
        AuditedFile model = files.get(0);
        Component ancestor = new Component(MODEL, null, model.name(), null, hashes(model), null, null, null);
        String schemes =
                file.deployments().stream().map(Deployment::scheme).distinct().collect(Collectors.joining(", "));
        return component(file, new Pedigree(List.of(ancestor), "scheme " + schemes), cards.of(file));
    }

    private Component component(AuditedFile file, @Nullable Pedigree pedigree, ModelCard card) {
        List<Property> properties = List.of(
                new Property("assay:path", file.path()), new Property("assay:bytes", String.valueOf(file.bytes())));
        return new Component(MODEL, ref(file), file.name(), null, hashes(file), pedigree, card, properties);
    }

    private static String ref(AuditedFile file) {
        return "sha256:" + file.sha256();
    }

    private static List<Hash> hashes(AuditedFile file) {
        return List.of(new Hash("SHA-256", file.sha256()));
    }
}
