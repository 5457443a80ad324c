package dev.assay.report;

import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Artifact;
import dev.assay.audit.AuditResult.Deployment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file that was audited: the model, or an artifact made of it. Files of the same digest are one.
 *
 * @param path relative to the result or absolute; the model's as given
 * @param sha256 its digest
 * @param bytes its size
 * @param deployments what runs it; empty for a model that no deployment runs as it is
 */
record AuditedFile(String path, String sha256, long bytes, List<Deployment> deployments) {
    AuditedFile {
        deployments = List.copyOf(deployments);
    }

    /** The model, then every other artifact in the order of the deployments. */
    static List<AuditedFile> of(AuditResult result) {
        Map<String, AuditedFile> files = new LinkedHashMap<>();
        AuditedFile model = new AuditedFile(
                result.model().path(), result.model().sha256(), result.model().bytes(), List.of());
        files.put(model.sha256(), model);
        for (Deployment deployment : result.deployments()) {
            Artifact artifact = deployment.artifact();
            if (artifact != null) {
                AuditedFile file =
                        new AuditedFile(artifact.path(), artifact.sha256(), artifact.bytes(), List.of(deployment));
                files.merge(file.sha256(), file, AuditedFile::with);
            }
        }
        return List.copyOf(files.values());
    }

    private AuditedFile with(AuditedFile same) {
        List<Deployment> all = new ArrayList<>(deployments);
        all.addAll(same.deployments);
        return new AuditedFile(path, sha256, bytes, all);
    }

    /** The file's name without its folders. */
    String name() {
        return nameOf(path);
    }

    /** A path's last part, whichever separator the machine of the audit used. */
    static String nameOf(String path) {
        return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    }
}
