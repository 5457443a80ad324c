package dev.assay.grad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.InvalidModelException;
import dev.assay.data.ImageSet;
import dev.assay.grad.TriggerCase.End;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class DeployedGradientTest {
    private static final int IMAGES = 40;
    private static final int IMAGES_PER_SLOT = 8;

    private final Path folder;

    DeployedGradientTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @MethodSource("dev.assay.grad.GraphTriggerLossTest#cases")
    void gradientIsHealthy(TriggerCase each) {
        DeployedGradient gradient = DeployedGradient.of(each.deployed(folder, IMAGES), 1);

        assertThat(gradient.obstacle()).isNull();
        assertThat(gradient.bitIdentical()).isTrue();
        assertThat(gradient.health().defect()).isNull();
        assertThat(gradient.health().cosine()).isGreaterThan(0.95);
    }

    @Test
    void anOperatorWithoutRuleLeadsToFiniteDifferences() {
        Deployed deployed = TriggerCase.of("no rule").with(End.NO_RULE).deployed(folder, IMAGES);
        DeployedGradient gradient = DeployedGradient.of(deployed, 1);

        assertThat(gradient.estimator()).isEqualTo(Estimator.FINITE_DIFFERENCE);
        assertThat(gradient.obstacle()).contains("Shrink").contains("no gradient rule");
        assertThat(gradient.bitIdentical()).isNull();
        assertThat(gradient.health().defect()).isNull();
        assertThat(gradient.health().cosine()).isGreaterThan(0.6);
        try (TriggerLoss loss = gradient.open(deployed, 4, IMAGES_PER_SLOT, 1)) {
            assertThat(loss.estimator()).isEqualTo(Estimator.FINITE_DIFFERENCE);
            assertThat(loss.slots()).isEqualTo(1);
        }
    }

    @Test
    void anOperatorThatLetsNothingThroughLeadsToFiniteDifferences() {
        DeployedGradient gradient =
                DeployedGradient.of(TriggerCase.of("no way").with(End.NO_WAY).deployed(folder, IMAGES), 1);

        assertThat(gradient.estimator()).isEqualTo(Estimator.FINITE_DIFFERENCE);
        assertThat(gradient.obstacle())
                .isEqualTo("no differentiable way leads from the result to '" + TriggerGraph.MASK + "'");
        assertThat(gradient.bitIdentical()).isNull();
        assertThat(gradient.health().defect()).isNull();
    }

    /** What such a loss led to was masks of NaN. */
    @Test
    void scoresThatAreNoNumbersUnderATriggerAreNamed() {
        Deployed deployed = TriggerCase.of("NaN on dark").with(End.NAN_ON_DARK).deployed(folder, IMAGES);
        DeployedGradient gradient = DeployedGradient.of(deployed, 1);
        assertThat(gradient.health().defect()).isNull();

        try (TriggerLoss loss = gradient.open(deployed, 2, IMAGES_PER_SLOT, 1)) {
            assertThat(loss.estimator()).isEqualTo(Estimator.EXACT);
            TriggerBatch batch = TriggerCase.batch(loss, IMAGES, 1);
            loss.evaluate(batch);
            int plane = batch.plane();
            Arrays.fill(batch.masks(), plane, 2 * plane, 1);
            Arrays.fill(batch.patterns(), 3 * plane, 6 * plane, 0);
            assertThatThrownBy(() -> loss.evaluate(batch))
                    .isInstanceOf(InvalidModelException.class)
                    .hasMessage(deployed.artifact()
                            + ": expected a finite loss on images with a trigger to class 2, got NaN; look for what"
                            + " overflows, or divides by zero, on such images");
        }
    }

    @Test
    void aGradientThatIsNoNumberIsNamed() {
        Deployed deployed = TriggerCase.of("finite").deployed(folder, IMAGES);
        try (TriggerLoss loss =
                new FiniteTriggerLoss(GraphTriggerLoss.open(deployed, 1, IMAGES_PER_SLOT), "net.onnx")) {
            TriggerBatch batch = TriggerCase.batch(loss, IMAGES, 1);
            batch.normWeights()[0] = Float.POSITIVE_INFINITY;
            assertThatThrownBy(() -> loss.evaluate(batch))
                    .isInstanceOf(InvalidModelException.class)
                    .hasMessageStartingWith(
                            "net.onnx: expected a finite gradient on images with a trigger to class 1, got Infinity");
        }
    }

    @Test
    void scoresThatDifferInABitLeadToFiniteDifferences() {
        TriggerCase noisy = TriggerCase.of("noise on white").with(End.NOISE_ON_WHITE);
        DeployedGradient gradient =
                DeployedGradient.of(noisy.deployed(folder, TriggerCase.imagesAfterAWhiteOne(IMAGES)), 1);

        assertThat(gradient.estimator()).isEqualTo(Estimator.FINITE_DIFFERENCE);
        assertThat(gradient.bitIdentical()).isFalse();
        assertThat(gradient.obstacle())
                .isEqualTo("with gradients in its graph the scores are not bit for bit the artifact's");
        assertThat(gradient.health().defect()).isNull();
    }

    @ParameterizedTest
    @EnumSource(names = {"NO_RULE", "NO_WAY"})
    void differencesAreHealthyForAnySeed(End end) {
        Deployed deployed = TriggerCase.of("differences").with(end).deployed(folder, IMAGES);
        for (int seed = 0; seed < 10; seed++) {
            GradientHealth health = DeployedGradient.of(deployed, seed).health();
            assertThat(health.defect()).isNull();
            assertThat(health.cosine()).isGreaterThan(0.5);
            assertThat(health.signAgreement()).isGreaterThan(0.6);
        }
    }

    @Test
    void differencesOfNoiseAreADefectForAnySeed() {
        Deployed deployed = TriggerCase.of("noise").with(End.NOISE).deployed(folder, IMAGES);
        for (int seed = 0; seed < 10; seed++) {
            DeployedGradient gradient = DeployedGradient.of(deployed, seed);
            assertThat(gradient.estimator()).isEqualTo(Estimator.FINITE_DIFFERENCE);
            assertThat(gradient.health().defect())
                    .startsWith("gradient disagrees with central differences of the deployed loss");
        }
    }

    @Test
    void differencesOfALossThatStandsStillAreADefect() {
        DeployedGradient gradient =
                DeployedGradient.of(TriggerCase.of("flat").with(End.FLAT).deployed(folder, IMAGES), 1);

        assertThat(gradient.estimator()).isEqualTo(Estimator.FINITE_DIFFERENCE);
        assertThat(gradient.health().cosine()).isNaN();
        assertThat(gradient.health().defect()).isEqualTo("gradient is zero");
    }

    /** One of sixteen is white, or one of eight. */
    @ParameterizedTest
    @CsvSource({"16, EXACT", "8, FINITE_DIFFERENCE"})
    void oneImageInTenMayDifferWhereTheGradientIsUsed(int imagesPerSlot, Estimator estimator) {
        TriggerCase noisy = TriggerCase.of("noise on white").with(End.NOISE_ON_WHITE);
        DeployedGradient gradient = DeployedGradient.of(noisy.deployed(folder, IMAGES), 1);
        assertThat(gradient.bitIdentical()).isTrue();
        Deployed deployed = noisy.deployed(folder, TriggerCase.imagesAfterAWhiteOne(imagesPerSlot));

        try (TriggerLoss loss = gradient.open(deployed, 1, imagesPerSlot, 1)) {
            assertThat(loss.estimator()).isEqualTo(estimator);
            assertThat(loss.imagesPerSlot()).isEqualTo(imagesPerSlot);
        }
    }

    @Test
    void soManyImagesAreDrawnAsASessionIsGiven() {
        ImageSet few = TriggerCase.images(IMAGES);
        int most = Deployed.mostOf(few);
        ImageSet many =
                few.subset(IntStream.range(0, most + 1).map(i -> i % IMAGES).toArray());

        assertThat(most).isEqualTo((1 << 29) / (3 * TriggerCase.PLANE));
        assertThat(TriggerCase.of("many")
                        .deployed(folder, many)
                        .onAtMost(most, 1)
                        .images()
                        .size())
                .isEqualTo(most);
        Deployed fitting = TriggerCase.of("few").deployed(folder, few);
        assertThat(fitting.onAtMost(IMAGES, 1)).isSameAs(fitting);
    }
}
