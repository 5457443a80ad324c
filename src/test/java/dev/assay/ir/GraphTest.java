package dev.assay.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.InvalidModelException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphTest {
    private static final Node FIRST = Node.of("Relu", List.of("x"), "a");
    private static final Node SECOND = Node.of("Add", List.of("a", "w"), "y");

    private static Value value(String name) {
        return Value.of(name, DataType.FLOAT, null);
    }

    private static Graph graph(Node... nodes) {
        return new Graph(
                "g",
                List.of(value("x")),
                List.of(value("y")),
                List.of(value("a")),
                List.of(nodes),
                Map.of("w", Tensor.scalar(1f)));
    }

    @Test
    void sortsWhatTheFileDoesNotAndKeepsTheFilesOrderOtherwise() {
        assertThat(graph(SECOND, FIRST).sorted()).containsExactly(FIRST, SECOND);
        Node aside = Node.of("Abs", List.of("x"), "b");
        assertThat(graph(FIRST, aside, SECOND).sorted()).containsExactly(FIRST, aside, SECOND);
    }

    @Test
    void knowsWhoWritesAndReads() {
        Graph graph = graph(FIRST, SECOND);
        assertThat(graph.producer("a")).containsSame(FIRST);
        assertThat(graph.producer("x")).isEmpty();
        assertThat(graph.consumers("a")).containsExactly(SECOND);
        assertThat(graph.constant("w")).contains(Tensor.scalar(1f));
        assertThat(graph.fedInputs()).extracting(Value::name).containsExactly("x");
        assertThat(graph.isOutput("y")).isTrue();
    }

    @Test
    void brokenGraphsAreRefused() {
        assertThatThrownBy(() -> graph(SECOND)).hasMessage("nothing assigns 'a', read by y = Add(a, w) 'y'");
        assertThatThrownBy(() -> graph(FIRST, FIRST, SECOND)).hasMessageContaining("'a' is assigned twice");
        assertThatThrownBy(() -> graph(FIRST)).hasMessage("nothing assigns graph output 'y'");
        Node self = Node.of("Add", List.of("y", "w"), "y");
        assertThatThrownBy(() -> graph(self)).hasMessageContaining("cycle through y = Add(y, w) 'y'");
    }

    @Test
    void attributesOfAnotherKindAreRefused() {
        Node node = FIRST.with("axis", Attribute.ofLongs(1));
        assertThat(node.intAttribute("other", 7)).isEqualTo(7);
        assertThatThrownBy(() -> node.intAttribute("axis", 7))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage("node 'a' (Relu): attribute 'axis' must be Int, got Ints");
    }

    @Test
    void editsReplaceAndDropOrphans() {
        Graph graph = graph(FIRST, SECOND);
        GraphEditor editor = graph.edit();
        String two = editor.addConstant("w", Tensor.vector(2));
        Graph edited = editor.replace(SECOND, List.of(Node.of("Mul", List.of("a", two), "y")))
                .addInput(value("z"))
                .commit();
        assertThat(edited.text()).isEqualTo("""
                        (x FLOAT, z FLOAT) -> (y FLOAT)
                          w_1 = INT64[1] [2]
                          a = Relu(x) 'a'
                          y = Mul(a, w_1) 'y'
                        """);
        assertThat(edited.values()).isEqualTo(graph.values());
        assertThat(graph.nodes()).containsExactly(FIRST, SECOND);
    }

    @Test
    void addedNodesFindTheirPlace() {
        Graph edited = graph(FIRST, SECOND)
                .edit()
                .remove(FIRST)
                .add(Node.of("Abs", List.of("x"), "a"))
                .commit();
        assertThat(edited.nodes()).extracting(Node::op).containsExactly("Abs", "Add");
        assertThat(edited.edit().forgetDeclaredValues().commit().values()).isEmpty();
    }

    @Test
    void subgraphsCaptureAndKeepNamesTaken() {
        Graph branch = new Graph(
                "branch",
                List.of(),
                List.of(value("inner")),
                List.of(),
                List.of(Node.of("Abs", List.of("a"), "inner")),
                Map.of(),
                Map.of(),
                "a"::equals,
                Bytes.EMPTY);
        Node choose = Node.of("If", List.of("w"), "y").with("then_branch", Attribute.of(branch));
        Graph graph = graph(FIRST, choose);
        assertThat(branch.captured()).containsExactly("a");
        assertThat(graph.consumers("a")).containsExactly(choose);
        assertThat(graph.edit().freshName("inner")).isEqualTo("inner_1");
        assertThat(graph(choose, FIRST).sorted()).containsExactly(FIRST, choose);
    }

    @Test
    void editsOfWhatIsNotThereAreRefused() {
        GraphEditor editor = graph(FIRST, SECOND).edit().remove(FIRST);
        assertThatThrownBy(() -> editor.remove(FIRST)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> editor.setConstant("none", Tensor.scalar(0))).hasMessage("no initializer 'none'");
        assertThatThrownBy(editor::commit).hasMessageContaining("nothing assigns 'a'");
    }
}
