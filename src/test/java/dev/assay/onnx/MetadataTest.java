package dev.assay.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.assay.TinyModels;
import dev.assay.onnx.proto.ModelProto;
import dev.assay.onnx.proto.StringStringEntryProto;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetadataTest {
    @Test
    void whatTheFileSaysOfItsOrigin() throws IOException {
        ModelProto.Builder proto = ModelProto.parseFrom(OnnxWriter.toBytes(TinyModels.classifier())).toBuilder();
        proto.setProducerName(utf8("pytorch"))
                .setProducerVersion(utf8("2.9"))
                .setModelVersion(4)
                .setDocString(utf8("signs"))
                .addMetadataProps(StringStringEntryProto.newBuilder()
                        .setKey(utf8("author"))
                        .setValue(utf8("me")));
        proto.getGraphBuilder().getNodeBuilder(0).setDocString(utf8("at train.py:7"));

        assertThat(Metadata.of(OnnxReader.read(proto.build().toByteArray(), "test")))
                .isEqualTo(new Metadata("pytorch 2.9", 4, "signs", Map.of("author", "me"), 1));
    }

    @Test
    void aModelMadeInMemorySaysNothing() {
        assertThat(Metadata.of(TinyModels.classifier())).isEqualTo(new Metadata("", 0, "", Map.of(), 0));
    }

    private static ByteString utf8(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
