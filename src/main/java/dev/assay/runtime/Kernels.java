package dev.assay.runtime;

import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.runtime.KernelEvidence.Kernel;
import dev.assay.runtime.UncountedKernels.Count;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Makes {@link KernelEvidence} by profiling an artifact. */
public final class Kernels {
    private static final int RUNS = 3;

    private final Graph graph;
    private final Macs macs;
    private final FloatReasons reasons;
    private final Map<Node, ExecutedNode> computedBy = new HashMap<>();
    private final UncountedKernels uncounted;
    private final Set<ExecutedNode> accounted = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Kernel> kernels = new ArrayList<>();

    private Kernels(Graph graph, Observation observation, SessionSpec spec, List<ExecutedNode> executed, long batch) {
        this.graph = graph;
        this.macs = new Macs(graph, observation);
        this.reasons = new FloatReasons(graph, spec);
        KernelMap map = new KernelMap(graph, executed);
        Set<ExecutedNode> counted = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Node node : graph.sorted()) {
            map.kernelOf(node).ifPresent(ran -> {
                computedBy.put(node, ran);
                if (macs.of(node) > 0) {
                    counted.add(ran);
                }
            });
        }
        this.uncounted = new UncountedKernels(executed, counted, batch);
    }

    /**
     * Profiles an artifact on one batch and says what ran.
     *
     * @param artifact the file as it ships
     * @param graph its main graph
     * @param observation what a probe saw of it
     * @param feeds one batch of real images, {@code [N, …]}
     */
    public static KernelEvidence observe(
            Path artifact, Graph graph, Observation observation, SessionSpec spec, Map<String, Tensor> feeds) {
        List<ExecutedNode> executed = Profiler.profile(artifact, spec, feeds, RUNS);
        long batch = feeds.values().iterator().next().dim(0);
        return new Kernels(graph, observation, spec, executed, batch).evidence(executed);
    }

    private KernelEvidence evidence(List<ExecutedNode> executed) {
        for (Node node : graph.sorted()) {
            long count = macs.of(node);
            if (count > 0 && !computedBy.containsKey(node)) {
                uncounted.take(count).ifPresent(ran -> computedBy.put(node, ran));
            }
        }
        graph.sorted().forEach(this::add);
        executed.stream()
                .filter(ran -> !accounted.contains(ran))
                .forEach(inserted -> add(inserted.name(), "", inserted, Count.NONE, null));
        return new KernelEvidence(
                share(Kernel::integer, ExecutedNode::isInteger),
                share(Kernel::fourBit, ExecutedNode::isFourBit),
                uncounted.whyUnknown(),
                kernels);
    }

    private void add(Node node) {
        Count count = new Count(macs.of(node), macs.inFloat(node));
        ExecutedNode ran = computedBy.get(node);
        if (ran != null) {
            String why = ran.isInteger() ? null : reasons.of(node, ran).orElse(null);
            add(node.name(), node.qualifiedOp(), ran, count, why);
        } else if (count.all() > 0) {
            kernels.add(new Kernel(node.name(), node.qualifiedOp(), "", "", false, false, count.all(), 0, null));
        }
    }

    /** The time of a fused kernel, and what else it computes, is told once, at the first node that it computes. */
    private void add(String name, String op, ExecutedNode ran, Count count, @Nullable String whyFloat) {
        boolean first = accounted.add(ran);
        Count all = count.plus(uncounted.take(ran));
        long inFloat = ran.isInteger() ? all.inFloat() : 0;
        kernels.add(new Kernel(
                name,
                op,
                ran.op(),
                ran.provider(),
                ran.isInteger(),
                ran.isFourBit(),
                all.all() - inFloat,
                first ? ran.micros() : 0,
                whyFloat));
        if (inFloat > 0) {
            kernels.add(new Kernel(
                    name, op, ran.op(), ran.provider(), false, false, inFloat, 0, FloatReasons.ATTENDS_IN_FLOAT));
        }
    }

    /** NaN where kernels that cannot be counted could change it. */
    private double share(Predicate<Kernel> has, Predicate<ExecutedNode> unknownHas) {
        long total = kernels.stream().mapToLong(Kernel::macs).sum();
        long part = kernels.stream().filter(has).mapToLong(Kernel::macs).sum();
        if (part == 0 && uncounted.unknown().stream().noneMatch(unknownHas)) {
            return 0;
        }
        return uncounted.unknown().isEmpty() ? (double) part / total : Double.NaN;
    }
}
