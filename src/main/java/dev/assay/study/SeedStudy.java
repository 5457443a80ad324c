package dev.assay.study;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the seed study (arXiv 2512.06243) reports of ResNet-18 with BadNets' white square on CIFAR-10 and GTSRB: five
 * defenses on float models, on PyTorch's dynamic INT8, and on weights rounded to 16 levels.
 */
final class SeedStudy {
    /** Attack success in 8 bits lies above. */
    static final double INT8_ATTACK_SUCCESS = 0.99;

    /** Attack success in 4 bits lies above. */
    static final double INT4_ATTACK_SUCCESS = 0.9;

    /** Neural Cleanse's trigger norm in 8 bits, in pixels, for every class. */
    static final double INT8_NORM = 27.9;

    /** Clean accuracy on CIFAR-10. */
    static final double HARD_ACCURACY = 0.9;

    /** Clean accuracy on CIFAR-10 in 4 bits. */
    static final double HARD_INT4_ACCURACY = 0.52;

    /** Its hard set. */
    private static final Set<String> HARD = Set.of("cifar10");

    /** Its easy set, the same in smaller images, and a drawn stand-in for it. */
    private static final Set<String> EASY = Set.of("gtsrb", "gtsrb32", "signs");

    private SeedStudy() {}

    static boolean isHard(StudiedModel model) {
        return HARD.contains(model.dataset());
    }

    static boolean isEasy(StudiedModel model) {
        return EASY.contains(model.dataset());
    }

    /** Every claim on every model that it can be measured on, claim by claim. */
    static List<Comparison> compare(List<StudiedModel> models) {
        return Stream.of(Claim.values())
                .flatMap(claim -> {
                    List<Comparison> measured = models.stream()
                            .filter(claim::isAbout)
                            .map(claim::compare)
                            .toList();
                    return measured.isEmpty() ? Stream.of(claim.withoutModel()) : measured.stream();
                })
                .toList();
    }
}
