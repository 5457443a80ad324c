package dev.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.TinyModels;
import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.ir.Value;
import dev.assay.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InspectCommandTest {
    private static final String TINY = "src/test/resources/models/tiny.onnx";
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13};

    @TempDir
    private Path folder;

    @Test
    void showsWhatIsInAClassifier() {
        Run run = Run.assay("inspect", TINY);
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .startsWith(TINY + "\n  size                        ")
                .contains("""
                        As an image classifier (seen by running it)
                          input                       images: FLOAT[N, 3, 8, 8], nchw
                          output                      logits: FLOAT[N, 3]
                          classes                     3, as logits
                          features                    features: FLOAT[N, 4]
                          batch                       free
                          MACs per image              3,900
                          gradient                    exact

                        Artifacts that can be made of it
                          int8-dynamic                yes
                          int8-static                 yes
                          int8-qoperator              yes
                          int8-symmetric              yes
                          int4-weight                 yes
                          int4-kernel                 yes
                          int4-simulated              yes
                          int8-linear-only            yes, nodes left alone: 1

                        Operators
                                                               nodes  MACs per image           share
                          all                                      5           3,900
                          Conv                                     1           3,888          99.7 %
                          MatMul                                   1              12           0.3 %
                          Flatten                                  1
                          GlobalAveragePool                        1
                          Relu                                     1

                        Nothing odd about it
                        """);
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void printsTheSameAsJson() {
        Run run = Run.assay("inspect", "--json", TINY);
        assertThat(run.exitCode()).isZero();
        JsonNode json = JsonMapper.shared().readTree(run.out());
        assertThat(json.propertyNames()).startsWith("path", "sha256", "bytes").endsWith("operators", "remarks");
        assertThat(json.at("/classifier/classes").intValue()).isEqualTo(3);
        assertThat(json.at("/opsets/ai.onnx").intValue()).isEqualTo(17);
        assertThat(json.at("/operators/0/operator").stringValue()).isEqualTo("Conv");
    }

    @Test
    void aModelThatIsNoClassifierIsShownAllTheSame() {
        List<Value> inputs =
                List.of(Value.of("left", DataType.FLOAT, null), Value.of("right\u001b[31m", DataType.FLOAT, null));
        Node add = Node.of("Add", List.of("left", "right\u001b[31m"), "sum");
        Graph graph = new Graph(
                "sum", inputs, List.of(Value.of("sum", DataType.FLOAT, null)), List.of(), List.of(add), Map.of());
        Path model = folder.resolve("sum.onnx");
        OnnxWriter.write(TinyModels.model(graph), model);

        Run run = Run.assay("inspect", model.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("Not run as an image classifier\n")
                .contains("sum.onnx: expected one image input, got 2: left, right\\u001b[31m")
                .doesNotContain("\u001b");
    }

    @Test
    void aMissingFileIsOneLine() {
        assertThat(Run.assay("inspect", "absent.onnx")).isEqualTo(new Run(3, "", "assay: absent.onnx: no such file\n"));
    }

    @Test
    void aPictureIsNoModel() throws IOException {
        Path picture = Files.write(folder.resolve("picture.onnx"), PNG);
        Run run = Run.assay("inspect", picture.toString());
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err())
                .startsWith("assay: " + picture + ": expected an ONNX model, got")
                .hasLineCount(1);
    }

    @Test
    void aFolderIsNoModel() {
        Run run = Run.assay("inspect", folder.toString());
        assertThat(run)
                .isEqualTo(new Run(3, "", "assay: %s: expected an ONNX file, got a directory\n".formatted(folder)));
    }

    @Test
    void aWrongOptionIsWrongUsage() {
        assertThat(Run.assay("inspect", "--layout", "hwcn", TINY)).isEqualTo(new Run(2, "", """
                                assay: Invalid value for option '--layout': expected one of nchw, nhwc, got 'hwcn'
                                Try 'assay inspect --help'.
                                """));
        assertThat(Run.assay("inspect").err()).startsWith("assay: Missing required parameter: 'MODEL'\n");
        assertThat(Run.assay("inspect", "--size", "0x8", TINY).err()).contains("expected HEIGHTxWIDTH");
    }
}
