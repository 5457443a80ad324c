package dev.assay.quant;

import dev.assay.ir.Node;

/**
 * A node that a scheme left as it was.
 *
 * @param node the node's name
 * @param op its operator
 * @param reason why, in words
 */
public record Skip(String node, String op, String reason) {
    static Skip of(Node node, String reason) {
        return new Skip(node.name(), node.qualifiedOp(), reason);
    }
}
