package dev.assay.runtime;

import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.runtime.KernelEvidence.Kernel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes {@link KernelEvidence} by profiling an artifact. */
public final class Kernels {
    private static final int RUNS = 3;

    private final Graph graph;
    private final Macs macs;
    private final FloatReasons reasons;
    private final KernelMap map;
    private final Set<ExecutedNode> accounted = Collections.newSetFromMap(new IdentityHashMap<>());

    private Kernels(Graph graph, Observation observation, SessionSpec spec, List<ExecutedNode> executed) {
        this.graph = graph;
        this.macs = new Macs(graph, observation);
        this.reasons = new FloatReasons(graph, spec);
        this.map = new KernelMap(graph, executed);
    }

    /**
     * Profiles an artifact on one batch and says what ran.
     *
     * @param artifact the file as it ships
     * @param graph its main graph
     * @param observation what a probe saw of it
     * @param feeds one batch of real images
     */
    public static KernelEvidence observe(
            Path artifact, Graph graph, Observation observation, SessionSpec spec, Map<String, Tensor> feeds) {
        List<ExecutedNode> executed = Profiler.profile(artifact, spec, feeds, RUNS);
        return new Kernels(graph, observation, spec, executed).evidence(executed);
    }

    private KernelEvidence evidence(List<ExecutedNode> executed) {
        List<Kernel> kernels = new ArrayList<>();
        long total = 0;
        long integer = 0;
        long fourBit = 0;
        for (Node node : graph.sorted()) {
            Optional<ExecutedNode> ran = map.kernelOf(node);
            long count = macs.of(node);
            total += count;
            if (ran.isPresent()) {
                integer += ran.get().isInteger() ? count : 0;
                fourBit += ran.get().isFourBit() ? count : 0;
                kernels.add(kernel(node, ran.get(), count));
            } else if (count > 0) {
                kernels.add(new Kernel(node.name(), node.qualifiedOp(), "", "", false, false, count, 0, null));
            }
        }
        for (ExecutedNode inserted : executed) {
            if (!accounted.contains(inserted)) {
                kernels.add(new Kernel(
                        inserted.name(),
                        "",
                        inserted.op(),
                        inserted.provider(),
                        inserted.isInteger(),
                        inserted.isFourBit(),
                        0,
                        inserted.micros(),
                        null));
            }
        }
        return new KernelEvidence(share(integer, total), share(fourBit, total), kernels);
    }

    private Kernel kernel(Node node, ExecutedNode ran, long count) {
        String why = ran.isInteger() ? null : reasons.of(node, ran).orElse(null);
        // The time of a fused kernel is told once, at the first node that it computes.
        double micros = accounted.add(ran) ? ran.micros() : 0;
        return new Kernel(
                node.name(),
                node.qualifiedOp(),
                ran.op(),
                ran.provider(),
                ran.isInteger(),
                ran.isFourBit(),
                count,
                micros,
                why);
    }

    private static double share(long part, long total) {
        return total == 0 ? 0 : (double) part / total;
    }
}
