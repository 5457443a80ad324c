package dev.assay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.NetBuilder;
import dev.assay.SessionException;
import dev.assay.ir.Attribute;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.onnx.OnnxWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTest {
    private static final Map<String, Tensor> FEEDS = Map.of(NetBuilder.IMAGES, Tensor.ofFloats(new long[] {2}, 1, 2));

    /** Adds the image to itself, time and again. */
    private static Model loop(long trips) {
        Value sum = Value.of("sum", DataType.FLOAT, null);
        Graph body = new Graph(
                "body",
                List.of(
                        Value.of("trip", DataType.INT64, Shape.of()),
                        Value.of("going", DataType.BOOL, Shape.of()),
                        Value.of("before", DataType.FLOAT, null)),
                List.of(Value.of("on", DataType.BOOL, Shape.of()), sum),
                List.of(),
                List.of(
                        Node.of("Identity", List.of("going"), "on").named("on"),
                        Node.of("Add", List.of("before", "before"), "sum").named("add")),
                Map.of());
        NetBuilder net = NetBuilder.on(DataType.FLOAT, Dim.named("N"));
        String count = net.constant("count", Tensor.ofLongs(new long[0], trips));
        String start = net.constant("start", Tensor.of(DataType.BOOL, new long[0], new byte[] {1}));
        return net.build(net.op("out", "Loop", List.of(count, start, NetBuilder.IMAGES), "body", Attribute.of(body)));
    }

    private static Map<String, Sample> sample(long trips, Duration limit) {
        try (Session session = Session.open(OnnxWriter.toBytes(loop(trips)), "net.onnx", SessionSpec.cpu(1))) {
            return session.sample(FEEDS, 2, limit);
        }
    }

    @Test
    void aRunThatEndsInTimeIsNotDisturbed() {
        Sample out = Objects.requireNonNull(sample(3, Duration.ofMinutes(1)).get("out"));
        assertThat(out.content()).contains(Tensor.ofFloats(new long[] {2}, 8, 16));
    }

    @Test
    void aRunThatTakesTooLongIsEnded() {
        assertThatThrownBy(() -> sample(Long.MAX_VALUE, Duration.ofSeconds(1)))
                .isInstanceOf(SessionException.class)
                .hasMessage("net.onnx: expected a run of at most 1 s, got none that ends; a Loop without end?");
    }

    /** In a direct buffer, which is not copied, or in an array. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void initializersCanBeGivenFromMemory(boolean direct) {
        ByteBuffer data = direct ? ByteBuffer.allocateDirect(8) : ByteBuffer.allocate(8);
        data.order(ByteOrder.LITTLE_ENDIAN).putFloat(10).putFloat(20).flip();
        Tensor large = Tensor.of(DataType.FLOAT, new long[] {2}, data, Tensor.Storage.RAW, Bytes.EMPTY);
        NetBuilder net = NetBuilder.on(DataType.FLOAT, Dim.named("N"));
        Model model = net.build(net.op("out", "Add", NetBuilder.IMAGES, net.constant("large", large)));
        byte[] without = OnnxWriter.toBytesWithout(Set.of("large"), model);

        try (Session session = Session.open(without, "net.onnx", SessionSpec.cpu(1), Map.of("large", large))) {
            assertThat(session.run(FEEDS, List.of("out")))
                    .containsEntry("out", Tensor.ofFloats(new long[] {2}, 11, 22));
        }
        assertThatThrownBy(() -> Session.open(without, "net.onnx", SessionSpec.cpu(1)))
                .isInstanceOf(SessionException.class)
                .hasMessageContaining("large");
    }
}
