package dev.assay.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.Bench;
import dev.assay.NetBuilder;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.runtime.Optimization;
import dev.assay.runtime.SessionSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LowerSumToAddTest {
    private static final Pass LOWERING = new LowerSumToAdd();

    /** A net whose node {@code add}, of value {@code sum}, sums up so many feature maps. */
    private static Model net(int summands) {
        NetBuilder net = NetBuilder.onImages();
        List<String> maps = List.of("a", "b", "c", "d").subList(0, summands);
        maps.forEach(map -> net.conv(map, NetBuilder.IMAGES, 3, 8));
        net.head(net.node(Node.of("Sum", maps, "sum").named("add")), 8);
        return net.build();
    }

    private static String lowered(int summands) {
        return LOWERING.apply(net(summands).graph()).graph().text();
    }

    @Test
    void becomesAnAdd() {
        assertThat(lowered(2)).contains("sum = Add(a, b) 'add'").doesNotContain("Sum");
    }

    @Test
    void moreSummandsAreAddedFromLeftToRight() {
        assertThat(lowered(4))
                .contains(
                        "sum/partial = Add(a, b) 'sum/partial'",
                        "sum/partial_1 = Add(sum/partial, c) 'sum/partial_1'",
                        "sum = Add(sum/partial_1, d) 'add'")
                .doesNotContain("Sum");
    }

    @Test
    void oneSummandIsHandedOn() {
        assertThat(lowered(1)).contains("sum = Identity(a) 'add'");
    }

    /** At a level that does not add inside convolutions, which changes the order of more than one addition. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void computesTheSameBits(int summands) {
        Model model = net(summands);
        Bench bench = Bench.of(model);
        Model lowered = model.withGraph(LOWERING.apply(model.graph()).graph());
        SessionSpec basic = Bench.CPU.at(Optimization.BASIC);
        assertThat(bench.scores(lowered, basic)).isEqualTo(bench.scores(model, basic));
    }

    @Test
    void graphsWithoutASumStay() {
        Model lowered = net(4).withGraph(LOWERING.apply(net(4).graph()).graph());
        Pass.Outcome second = LOWERING.apply(lowered.graph());
        assertThat(second.changed()).isFalse();
        assertThat(second.graph()).isSameAs(lowered.graph());
        assertThat(second.skips()).isEmpty();
    }
}
