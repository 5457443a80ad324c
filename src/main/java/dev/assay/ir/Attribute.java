package dev.assay.ir;

import java.util.Arrays;
import java.util.List;

/**
 * A node's attribute.
 *
 * @param content the value
 * @param rest what else the file says of it, opaque
 */
public record Attribute(Content content, Bytes rest) {
    /** One of the kinds of attribute that ONNX knows; {@code toString()} is its short readable form. */
    public sealed interface Content {}

    public record Int(long value) implements Content {
        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    public record Real(float value) implements Content {
        @Override
        public String toString() {
            return Float.toString(value);
        }
    }

    public record Text(Bytes value) implements Content {
        @Override
        public String toString() {
            return '"' + value.text() + '"';
        }
    }

    public record Ints(List<Long> values) implements Content {
        public Ints {
            values = List.copyOf(values);
        }

        @Override
        public String toString() {
            return values.toString();
        }
    }

    public record Reals(List<Float> values) implements Content {
        public Reals {
            values = List.copyOf(values);
        }

        @Override
        public String toString() {
            return values.toString();
        }
    }

    public record Texts(List<Bytes> values) implements Content {
        public Texts {
            values = List.copyOf(values);
        }
    }

    public record TensorContent(Tensor value) implements Content {
        @Override
        public String toString() {
            return GraphText.tensor(value);
        }
    }

    public record Tensors(List<Tensor> values) implements Content {
        public Tensors {
            values = List.copyOf(values);
        }
    }

    /** A subgraph: the body of If, Loop or Scan. */
    public record Subgraph(Graph value) implements Content {}

    public record Subgraphs(List<Graph> values) implements Content {
        public Subgraphs {
            values = List.copyOf(values);
        }
    }

    /** A reference to an attribute of the enclosing function. */
    public record Reference(String name) implements Content {}

    /** Sparse tensors, type protos and kinds newer than this table: the whole attribute lies in {@code rest}. */
    public record Uninterpreted() implements Content {}

    public static Attribute of(long value) {
        return new Attribute(new Int(value), Bytes.EMPTY);
    }

    public static Attribute of(float value) {
        return new Attribute(new Real(value), Bytes.EMPTY);
    }

    public static Attribute of(String value) {
        return new Attribute(new Text(Bytes.ofText(value)), Bytes.EMPTY);
    }

    public static Attribute of(Tensor value) {
        return new Attribute(new TensorContent(value), Bytes.EMPTY);
    }

    public static Attribute of(Graph value) {
        return new Attribute(new Subgraph(value), Bytes.EMPTY);
    }

    public static Attribute ofLongs(long... values) {
        return new Attribute(new Ints(Arrays.stream(values).boxed().toList()), Bytes.EMPTY);
    }

    /** The graphs inside this attribute; empty for most. */
    public List<Graph> graphs() {
        if (content instanceof Subgraph one) {
            return List.of(one.value());
        }
        return content instanceof Subgraphs many ? many.values() : List.of();
    }
}
