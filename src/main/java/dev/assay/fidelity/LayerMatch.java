package dev.assay.fidelity;

import dev.assay.ir.DataType;
import dev.assay.ir.Node;
import dev.assay.runtime.Chain;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.Macs;
import dev.assay.runtime.Tap;
import dev.assay.runtime.Taps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which values of the reference an artifact's taps stand for, in the reference's order of execution.
 *
 * <p>By name, when the artifact keeps the names around more than half of the reference's multiply-accumulate nodes: a
 * value {@code v} of the artifact, or {@code v/quantized}, is the reference's {@code v}. Where the elementwise nodes
 * behind {@code v} are missing in the artifact they were absorbed into {@code v}, which then stands for the end of them.
 *
 * <p>Otherwise by order, when both models have equally many multiply-accumulate nodes: the k-th belongs to the k-th.
 * The artifact's value is the first quantized one in the {@link Chain} behind its node, or the last that can be tapped;
 * the reference's value is the end of its chain, or, where the artifact's activation comes after the tap, the value
 * before the activation.
 *
 * @param pairs what is compared; shapes agree
 * @param note how they were found, or why there are none
 */
record LayerMatch(List<Pair> pairs, String note) {
    private static final String QUANTIZED_SUFFIX = "/quantized";

    LayerMatch {
        pairs = List.copyOf(pairs);
    }

    /** A value of the reference and what stands for it. */
    record Pair(String reference, Tap tap) {}

    static LayerMatch of(ImageClassifier reference, ImageClassifier artifact) {
        return new Search(reference, artifact).match();
    }

    private static final class Search {
        private final ImageClassifier reference;
        private final ImageClassifier artifact;
        private final Taps taps;

        Search(ImageClassifier reference, ImageClassifier artifact) {
            this.reference = reference;
            this.artifact = artifact;
            this.taps = new Taps(artifact);
        }

        LayerMatch match() {
            List<Node> products = products(reference);
            List<Node> others = products(artifact);
            long named = products.stream().filter(this::isNamed).count();
            if (2 * named > products.size()) {
                return new LayerMatch(byName(), "Layers are matched by name.");
            }
            if (products.size() == others.size()) {
                return new LayerMatch(
                        byOrder(products, others),
                        "Names differ: the k-th multiply-accumulate node of the model is matched with the k-th of the "
                                + "artifact, and compared behind the activation that is fused with it.");
            }
            return new LayerMatch(
                    List.of(),
                    "No layers: names differ, and the model has %d multiply-accumulate nodes where the artifact has %d."
                            .formatted(products.size(), others.size()));
        }

        private static List<Node> products(ImageClassifier model) {
            return model.model().graph().sorted().stream().filter(Macs::has).toList();
        }

        private boolean isNamed(Node product) {
            return Chain.from(product, reference).stream().anyMatch(node -> artifactName(node.output())
                    .filter(name -> isSameShape(node.output(), name))
                    .isPresent());
        }

        private Optional<String> artifactName(String value) {
            return Optional.of(value).filter(this::isInArtifact).or(() -> Optional.of(value + QUANTIZED_SUFFIX)
                    .filter(this::isInArtifact));
        }

        private boolean isInArtifact(String value) {
            return artifact.observation().of(value).isPresent();
        }

        private List<Pair> byName() {
            // Of several reference values with one tap, the last is what the tap holds: the earlier were absorbed.
            Map<Tap, Pair> pairs = new LinkedHashMap<>();
            for (Node node : reference.model().graph().sorted()) {
                artifactName(node.output()).flatMap(taps::standingFor).ifPresent(tap -> {
                    Pair pair = new Pair(behindAbsorbed(node), tap);
                    if (isComparable(pair)) {
                        pairs.remove(tap);
                        pairs.put(tap, pair);
                    }
                });
            }
            return List.copyOf(pairs.values());
        }

        private String behindAbsorbed(Node node) {
            String value = node.output();
            for (Node next : Chain.from(node, reference)) {
                if (next != node && artifactName(next.output()).isPresent()) {
                    return value;
                }
                value = next.output();
            }
            return value;
        }

        private List<Pair> byOrder(List<Node> products, List<Node> others) {
            List<Pair> pairs = new ArrayList<>();
            for (int k = 0; k < products.size(); k++) {
                pair(Chain.from(products.get(k), reference), Chain.from(others.get(k), artifact))
                        .filter(this::isComparable)
                        .ifPresent(pairs::add);
            }
            return pairs;
        }

        private Optional<Pair> pair(List<Node> referenceChain, List<Node> artifactChain) {
            Tap tap = null;
            int place = 0;
            for (int i = 0; i < artifactChain.size() && (tap == null || !tap.isInteger()); i++) {
                Optional<Tap> found = taps.standingFor(artifactChain.get(i).output());
                if (found.isPresent()) {
                    tap = found.get();
                    place = i;
                }
            }
            if (tap == null) {
                return Optional.empty();
            }
            boolean activationFollows = artifactChain.stream().skip(place + 1L).anyMatch(Chain::isActivation);
            return Optional.of(new Pair(end(referenceChain, activationFollows), tap));
        }

        private static String end(List<Node> chain, boolean beforeActivation) {
            String value = chain.get(0).output();
            for (Node node : chain.subList(1, chain.size())) {
                if (beforeActivation && Chain.isActivation(node)) {
                    return value;
                }
                value = node.output();
            }
            return value;
        }

        private boolean isComparable(Pair pair) {
            return reference
                            .observation()
                            .of(pair.reference())
                            .filter(seen -> seen.type() == DataType.FLOAT && seen.isImageByImage())
                            .isPresent()
                    && isSameShape(pair.reference(), pair.tap().value());
        }

        private boolean isSameShape(String referenceValue, String artifactValue) {
            Optional<long[]> here = reference.observation().of(referenceValue).map(seen -> seen.shapeAt(1));
            Optional<long[]> there = artifact.observation().of(artifactValue).map(seen -> seen.shapeAt(1));
            return here.isPresent() && there.isPresent() && Arrays.equals(here.get(), there.get());
        }
    }
}
