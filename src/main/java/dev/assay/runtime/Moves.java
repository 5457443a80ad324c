package dev.assay.runtime;

import dev.assay.ir.Node;
import java.util.Set;

/** Operators whose outputs hold elements of their first input as they are: of integers, scale, zero point and limits stay. */
public final class Moves {
    private static final Set<String> OPERATORS = Set.of(
            "DepthToSpace",
            "Expand",
            "Flatten",
            "Gather",
            "GatherElements",
            "Identity",
            "MaxPool",
            "ReduceMax",
            "ReduceMin",
            "Reshape",
            "Slice",
            "SpaceToDepth",
            "Split",
            "Squeeze",
            "Tile",
            "Transpose",
            "Unsqueeze");

    private Moves() {}

    /** Whether a node's operator is one of them. */
    public static boolean is(Node node) {
        return OPERATORS.contains(node.qualifiedOp());
    }
}
