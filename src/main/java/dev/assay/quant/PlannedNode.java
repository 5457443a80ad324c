package dev.assay.quant;

import dev.assay.ir.Node;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A node that will run on an integer kernel.
 *
 * @param node the node
 * @param rule how
 * @param clip the Relu or Clip that alone reads its output, a candidate for being absorbed; or null
 */
record PlannedNode(Node node, QuantRule rule, @Nullable Node clip) {
    Optional<Node> clipping() {
        return Optional.ofNullable(clip);
    }

    /** The value that leaves the pair, behind the clip where there is one; the first of several. */
    String output() {
        return clip == null ? node.output() : clip.output();
    }

    /** The values that leave: several only of a node that moves values. */
    List<String> outputs() {
        return clip == null
                ? node.outputs().stream().filter(output -> !output.isEmpty()).toList()
                : List.of(clip.output());
    }
}
