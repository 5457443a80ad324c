package dev.assay.ir;

import dev.assay.InvalidModelException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One operation of a graph. Immutable; two nodes are the same only if they are the same object.
 *
 * <p>An absent optional input or output is the empty name. The domains {@code ""} and {@code "ai.onnx"} are both
 * written {@code ""}.
 */
public final class Node {
    /** ONNX's own operators. */
    public static final String ONNX = "";

    /** ONNX Runtime's contributed operators. */
    public static final String MICROSOFT = "com.microsoft";

    private final String name;
    private final String domain;
    private final String op;
    private final String overload;
    private final List<String> inputs;
    private final List<String> outputs;
    private final Map<String, Attribute> attributes;
    private final Bytes rest;

    /** Makes a node; collections are copied, the order of attributes is kept. */
    public Node(
            String name,
            String domain,
            String op,
            String overload,
            List<String> inputs,
            List<String> outputs,
            Map<String, Attribute> attributes,
            Bytes rest) {
        this.name = name;
        this.domain = domain.equals("ai.onnx") ? ONNX : domain;
        this.op = op;
        this.overload = overload;
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
        this.attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
        this.rest = rest;
    }

    /** A node of ONNX's own domain, named after its first output, without attributes. */
    public static Node of(String op, List<String> inputs, String... outputs) {
        return new Node(outputs[0], ONNX, op, "", inputs, Arrays.asList(outputs), Map.of(), Bytes.EMPTY);
    }

    /** This node with one more or another attribute. */
    public Node with(String attribute, Attribute value) {
        Map<String, Attribute> more = new LinkedHashMap<>(attributes);
        more.put(attribute, value);
        return new Node(name, domain, op, overload, inputs, outputs, more, rest);
    }

    /** This node without an attribute. */
    public Node without(String attribute) {
        Map<String, Attribute> fewer = new LinkedHashMap<>(attributes);
        fewer.remove(attribute);
        return new Node(name, domain, op, overload, inputs, outputs, fewer, rest);
    }

    /** This node with these attributes and no others. */
    public Node withAttributes(Map<String, Attribute> newAttributes) {
        return new Node(name, domain, op, overload, inputs, outputs, newAttributes, rest);
    }

    /** This node in another operator domain. */
    public Node inDomain(String newDomain) {
        return new Node(name, newDomain, op, overload, inputs, outputs, attributes, rest);
    }

    /** This node under another name. */
    public Node named(String newName) {
        return new Node(newName, domain, op, overload, inputs, outputs, attributes, rest);
    }

    /** This node reading other values. */
    public Node withInputs(List<String> newInputs) {
        return new Node(name, domain, op, overload, newInputs, outputs, attributes, rest);
    }

    /** This node writing other values. */
    public Node withOutputs(List<String> newOutputs) {
        return new Node(name, domain, op, overload, inputs, newOutputs, attributes, rest);
    }

    /** The node's name; may be empty or shared, as ONNX allows. */
    public String name() {
        return name;
    }

    public String domain() {
        return domain;
    }

    /** The operator, spelled as in the specification. */
    public String op() {
        return op;
    }

    /** The overload of a local function, mostly empty. */
    public String overload() {
        return overload;
    }

    public List<String> inputs() {
        return inputs;
    }

    public List<String> outputs() {
        return outputs;
    }

    public Map<String, Attribute> attributes() {
        return attributes;
    }

    /** What the file says beside the above (documentation, metadata), opaque. */
    public Bytes rest() {
        return rest;
    }

    /** Whether this is operator {@code op} of ONNX's own domain. */
    public boolean is(String op) {
        return domain.equals(ONNX) && this.op.equals(op);
    }

    /** The operator with its domain where that is not ONNX's own: {@code com.microsoft.QLinearAdd}. */
    public String qualifiedOp() {
        return domain.equals(ONNX) ? op : domain + "." + op;
    }

    /** The {@code i}-th input, or the empty name when absent. */
    public String input(int i) {
        return i < inputs.size() ? inputs.get(i) : "";
    }

    /** Whether the {@code i}-th input is there. */
    public boolean hasInput(int i) {
        return !input(i).isEmpty();
    }

    /** The first output. */
    public String output() {
        return outputs.get(0);
    }

    /** An integer attribute, or {@code absent} when it is not there. */
    public long intAttribute(String attribute, long absent) {
        return content(attribute, Attribute.Int.class).map(Attribute.Int::value).orElse(absent);
    }

    /** A float attribute, or {@code absent} when it is not there. */
    public float floatAttribute(String attribute, float absent) {
        return content(attribute, Attribute.Real.class)
                .map(Attribute.Real::value)
                .orElse(absent);
    }

    /** A text attribute, or {@code absent} when it is not there. */
    public String textAttribute(String attribute, String absent) {
        return content(attribute, Attribute.Text.class)
                .map(text -> text.value().text())
                .orElse(absent);
    }

    /** A list of integers, when it is there. */
    public Optional<long[]> ints(String attribute) {
        return content(attribute, Attribute.Ints.class)
                .map(ints -> ints.values().stream().mapToLong(Long::longValue).toArray());
    }

    /** A tensor attribute, when it is there. */
    public Optional<Tensor> tensor(String attribute) {
        return content(attribute, Attribute.TensorContent.class).map(Attribute.TensorContent::value);
    }

    /** All subgraphs of this node. */
    public List<Graph> subgraphs() {
        return attributes.values().stream().flatMap(a -> a.graphs().stream()).toList();
    }

    private <T extends Attribute.Content> Optional<T> content(String attribute, Class<T> kind) {
        Attribute found = attributes.get(attribute);
        if (found == null) {
            return Optional.empty();
        }
        if (!kind.isInstance(found.content())) {
            throw new InvalidModelException("node '%s' (%s): attribute '%s' must be %s, got %s"
                    .formatted(
                            name,
                            qualifiedOp(),
                            attribute,
                            kind.getSimpleName(),
                            found.content().getClass().getSimpleName()));
        }
        return Optional.of(kind.cast(found.content()));
    }

    /** The node in one line: {@code y = Conv(x, w) 'conv1'}. */
    @Override
    public String toString() {
        return "%s = %s(%s) '%s'".formatted(String.join(", ", outputs), qualifiedOp(), String.join(", ", inputs), name);
    }
}
