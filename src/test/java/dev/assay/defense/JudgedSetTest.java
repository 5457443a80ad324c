package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgedSetTest {
    private static final JudgedSet.Config CONFIG = new JudgedSet.Config(64, 10, 0.1);

    private final Path folder;

    JudgedSetTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void trainingImagesGoBeforeATriggerAndAreJudgedAsLabelled() {
        ImageSet training = CornerNet.poisoned(1);
        JudgedSet set = set(training, CornerNet.trigger());

        assertThat(set.origin()).isEqualTo(JudgedOrigin.TRAINING);
        assertThat(set.classes()).hasSize(6).allSatisfy(judged -> {
            assertThat(judged.plain().labels()).containsOnly(judged.label()).hasSize(64);
            assertThat(judged.toStamp().size()).isZero();
            assertThat(judged.clean().labels()).containsOnly(judged.label());
            assertThat(judged.numbers()).hasSize(64).doesNotHaveDuplicates();
            assertThat(judged.numbers().stream().map(number -> (Object) training.image(number)))
                    .containsExactlyElementsOf(images(judged.plain()));
        });
    }

    @Test
    void aKnownTriggerStampsAsManyAsItsTargetHas() {
        JudgedSet set = set(null, CornerNet.trigger());

        assertThat(set.origin()).isEqualTo(JudgedOrigin.KNOWN_TRIGGER);
        assertThat(set.classes()).hasSize(1);
        JudgedClass target = set.classes().get(0);
        assertThat(target.label()).isEqualTo(CornerNet.TARGET);
        assertThat(target.toStamp().labels())
                .doesNotContain(CornerNet.TARGET)
                .hasSize(Math.max(target.plain().size(), 50));
        assertThat(images(target.stamped())).doesNotContainAnyElementsOf(images(target.toStamp()));
        assertThat(target.stamped().image(0).get(63)).isEqualTo((byte) 255);
    }

    @Test
    void noCleanImageBesideIsJudged() {
        Set<Object> judged = new HashSet<>();
        Set<Object> beside = new HashSet<>();
        set(null, CornerNet.trigger()).classes().forEach(each -> {
            judged.addAll(images(each.plain()));
            judged.addAll(images(each.toStamp()));
            beside.addAll(images(each.clean()));
        });

        assertThat(beside).isNotEmpty().doesNotContainAnyElementsOf(judged);
    }

    @Test
    void withoutOriginsThereIsNone() {
        assertThat(JudgedOrigin.of(CornerNet.suspect(folder, true, null, null, List.of(), 1)))
                .isEmpty();
    }

    @Test
    void invertedTriggersGetImagesOfTheirOwn() {
        Trigger trigger = CornerNet.trigger();
        InvertedTrigger inverted = InvertedTrigger.of(new Candidate(trigger, 0.99));
        Suspect suspect = CornerNet.suspect(folder, true, null, null, List.of(inverted), 1);

        JudgedSet set = JudgedSet.of(suspect, CONFIG);

        assertThat(set.origin()).isEqualTo(JudgedOrigin.INVERTED_TRIGGERS);
        assertThat(set.classes()).singleElement().satisfies(judged -> {
            assertThat(judged.label()).isEqualTo(CornerNet.TARGET);
            assertThat(judged.stamped().size()).isPositive();
        });
    }

    private JudgedSet set(@Nullable ImageSet training, @Nullable Trigger trigger) {
        return JudgedSet.of(CornerNet.suspect(folder, true, training, trigger, List.of(), 1), CONFIG);
    }

    /** The pixels of each image, comparable. */
    private static List<Object> images(ImageSet images) {
        return IntStream.range(0, images.size())
                .mapToObj(image -> (Object) images.image(image))
                .toList();
    }
}
