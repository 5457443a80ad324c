package dev.assay.study;

import dev.assay.audit.AuditResult;
import dev.assay.audit.ZooResult.Outcome;
import dev.assay.data.GroundTruth;
import dev.assay.defense.GradientlessCleanse;
import dev.assay.defense.NeuralCleanseEvidence;
import dev.assay.quant.Scheme;
import dev.assay.runtime.KernelEvidence;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What the audit of a backdoored model measured, as far as the study needs it.
 *
 * @param name of its file
 * @param sha256 of its file
 * @param dataset name of the data it was trained on
 * @param attack name of the attack
 * @param target the attack's class
 * @param classNames names of the classes; empty when unknown
 * @param data which images it was judged on
 * @param images how many
 * @param folder the audit's own, below the study's
 * @param deployments each artifact on each session
 * @param withoutGradient what the seed study's Neural Cleanse says of its 8-bit deployment
 */
public record StudiedModel(
        String name,
        String sha256,
        String dataset,
        String attack,
        int target,
        List<String> classNames,
        String data,
        int images,
        String folder,
        List<StudiedDeployment> deployments,
        GradientlessCleanse withoutGradient) {
    public StudiedModel {
        classNames = List.copyOf(classNames);
        deployments = List.copyOf(deployments);
    }

    static StudiedModel of(String name, GroundTruth truth, AuditResult audit, String folder) {
        int target = Objects.requireNonNull(truth.target(), "a backdoored model's");
        return new StudiedModel(
                name,
                audit.model().sha256(),
                truth.dataset(),
                truth.attack(),
                target,
                audit.data().classNames(),
                audit.data().evaluation(),
                audit.data().evaluationImages(),
                folder,
                audit.deployments().stream()
                        .map(deployment -> StudiedDeployment.of(deployment, target))
                        .toList(),
                GradientlessCleanse.of(audit.model().classes()));
    }

    /** The deployments that these schemes made and that could be measured, in the order of the schemes. */
    public List<StudiedDeployment> measured(List<Scheme> schemes) {
        return schemes.stream()
                .flatMap(scheme ->
                        deployments.stream().filter(each -> each.scheme().equals(scheme.id())))
                .filter(each -> !Double.isNaN(each.outcome().accuracy()))
                .toList();
    }

    /**
     * One deployment.
     *
     * @param scheme how its artifact was made
     * @param outcome accuracy, attack success, and what each defense said
     * @param integerMacShare share of the multiply-accumulates on integer kernels, 0 to 1; NaN where it did not run or cannot be told
     * @param fourBitMacShare share on kernels that read 4-bit weights; NaN likewise
     * @param norms of the triggers that Neural Cleanse inverted, for the classes that it searched to the end
     */
    public record StudiedDeployment(
            String scheme, Outcome outcome, double integerMacShare, double fourBitMacShare, List<ClassNorm> norms) {
        public StudiedDeployment {
            norms = List.copyOf(norms);
        }

        static StudiedDeployment of(AuditResult.Deployment deployment, int target) {
            KernelEvidence kernels = deployment.kernels();
            return new StudiedDeployment(
                    deployment.scheme(),
                    Outcome.of(deployment, target),
                    kernels == null ? Double.NaN : kernels.integerMacShare(),
                    kernels == null ? Double.NaN : kernels.fourBitMacShare(),
                    deployment.defenses().stream()
                            .flatMap(defense -> defense.evidence() instanceof NeuralCleanseEvidence found
                                    ? found.classes().stream()
                                    : Stream.empty())
                            .flatMap(found -> Stream.ofNullable(found.trigger()))
                            .map(trigger -> new ClassNorm(trigger.targetClass(), trigger.norm(), trigger.success()))
                            .toList());
        }
    }

    /**
     * The smallest trigger of a class.
     *
     * @param targetClass the class it leads to
     * @param norm Σ of the mask, in pixels
     * @param success the share of images that it leads there, 0 to 1
     */
    public record ClassNorm(int targetClass, double norm, double success) {}
}
