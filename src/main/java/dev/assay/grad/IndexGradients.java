package dev.assay.grad;

import static java.util.Map.entry;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** Operators that pick elements by indices, and those that write elements at indices: adding up, or in place of others. */
final class IndexGradients {
    private static final Map<String, Attribute> ADD = Map.of("reduction", Attribute.of("add"));

    static final Map<String, Rule> RULES = Map.ofEntries(
            entry("Gather", Rule.of(IndexGradients::gather, Rule.NONE)),
            entry("TopK", Rule.of(IndexGradients::topK, Rule.NONE)),
            entry("GatherElements", Rule.of(IndexGradients::gatherElements, Rule.NONE)),
            entry("GatherND", Rule.of(IndexGradients::gatherND, Rule.NONE)),
            entry(
                    "ScatterElements",
                    Rule.of(
                            s -> overwritten(s, "ScatterElements", axis(s)),
                            Rule.NONE,
                            s -> picked(s, "GatherElements", axis(s)))),
            entry(
                    "ScatterND",
                    Rule.of(
                            s -> overwritten(s, "ScatterND", Map.of()),
                            Rule.NONE,
                            s -> picked(s, "GatherND", Map.of()))));

    private IndexGradients() {}

    private static Map<String, Attribute> axis(Step s) {
        return Map.of("axis", Attribute.of(s.node().intAttribute("axis", 0)));
    }

    private static String gather(Step s) {
        Extents x = s.shape(0);
        int axis = x.axis(s.node().intAttribute("axis", 0));
        Optional<Tensor> indices = s.constant(1);
        if (indices.filter(tensor -> tensor.size() == 1).isPresent()) {
            return atOneIndex(s, axis, s.known(1).longs()[0]);
        }
        if (indices.isPresent() && x.isFixed(axis)) {
            GatherGradient gathered = new GatherGradient(s, axis, indices.get());
            if (gathered.isCheap()) {
                return gathered.write();
            }
        }
        return atIndices(s, axis);
    }

    /** dy with zeros before and after it. */
    private static String atOneIndex(Step s, int axis, long index) {
        Extents x = s.shape(0);
        if (!x.isFixed(axis)) {
            return atIndices(s, axis);
        }
        long before = index < 0 ? index + x.size(axis) : index;
        String dy = s.call("Reshape", s.dy(), s.longs(x.with(axis, 1).reshapeTarget()));
        return s.call("Pad", dy, s.longs(before, x.size(axis) - 1 - before), "", s.longs(axis));
    }

    /** With the gathered axis brought to the front rows add up in a matrix of zeros. */
    private static String atIndices(Step s, int axis) {
        int indexRank = s.shape(1).rank();
        int rank = s.outputShape(0).rank();
        long[] picked = LongStream.range(axis, axis + indexRank).toArray();
        long[] others = LongStream.range(0, rank)
                .filter(each -> each < axis || each >= axis + indexRank)
                .toArray();
        String rows = s.transposed(
                s.dy(),
                LongStream.concat(LongStream.of(picked), LongStream.of(others)).toArray());
        String updates = s.call(
                "Reshape",
                rows,
                s.call("Concat", Map.of("axis", Attribute.of(0)), s.longs(-1), tail(s, rows, indexRank)));
        String shape = s.call("Concat", Map.of("axis", Attribute.of(0)), dimension(s, axis), tail(s, rows, indexRank));
        Map<String, Attribute> int64 = Map.of("to", Attribute.of(DataType.INT64.code()));
        String indices = s.call("Cast", int64, s.call("Reshape", s.x(1), s.longs(-1, 1)));
        String sums = s.call("ScatterND", ADD, s.zeros(shape), indices, updates);
        long[] back = LongStream.range(0, s.shape(0).rank())
                .map(each -> each == axis ? 0 : each < axis ? each + 1 : each)
                .toArray();
        return s.transposed(sums, back);
    }

    /** The dimensions of a value from one on. */
    private static String tail(Step s, String value, int from) {
        return s.call("Shape", Map.of("start", Attribute.of(from)), value);
    }

    private static String dimension(Step s, int axis) {
        return s.shape(0).isFixed(axis)
                ? s.longs(s.shape(0).size(axis))
                : s.call("Shape", Map.of("start", Attribute.of(axis), "end", Attribute.of(axis + 1)), s.x(0));
    }

    private static String gatherElements(Step s) {
        Map<String, Attribute> attributes =
                Map.of("axis", Attribute.of(s.node().intAttribute("axis", 0)), "reduction", Attribute.of("add"));
        return s.call("ScatterElements", attributes, s.zeros(0), s.x(1), s.dy());
    }

    /** TopK-11: the gradients of the values, at their indices. */
    private static String topK(Step s) {
        Map<String, Attribute> axis = Map.of("axis", Attribute.of(s.node().intAttribute("axis", -1)));
        return s.call("ScatterElements", axis, s.zeros(0), s.y(1), s.dy());
    }

    private static String gatherND(Step s) {
        if (s.node().intAttribute("batch_dims", 0) != 0) {
            throw new UnsupportedOpException("batch_dims other than 0");
        }
        return s.call("ScatterND", ADD, s.zeros(0), s.x(1), s.dy());
    }

    /** dy, and 0 where an update replaced the element. */
    private static String overwritten(Step s, String op, Map<String, Attribute> attributes) {
        return reduction(s).equals("add") ? s.dy() : s.call(op, attributes, s.dy(), s.x(1), s.zeros(2));
    }

    private static String picked(Step s, String op, Map<String, Attribute> attributes) {
        reduction(s);
        return s.call(op, attributes, s.dy(), s.x(1));
    }

    private static String reduction(Step s) {
        String reduction = s.node().textAttribute("reduction", "none");
        if (!List.of("none", "add").contains(reduction)) {
            throw new UnsupportedOpException("reduction " + reduction);
        }
        return reduction;
    }
}
