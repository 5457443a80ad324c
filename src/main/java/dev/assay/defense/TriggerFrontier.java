package dev.assay.defense;

import dev.assay.data.Trigger;
import dev.assay.defense.NeuralCleanseEvidence.FrontierPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The smallest verified triggers of one class.
 *
 * @param target the class
 * @param best for each level the smallest trigger that reached it when verified; empty where none did
 * @param bestSuccess the highest success seen, verified or not
 */
record TriggerFrontier(int target, List<Optional<Candidate>> best, double bestSuccess) {
    TriggerFrontier {
        best = List.copyOf(best);
    }

    /**
     * Verifies what the search for one class found: for each level the smallest first of those that reached it during the
     * search, since success on the few images of a turn is an estimate, until one holds.
     *
     * @param starts triggers of the class found on other deployments, which may hold here as they are
     */
    static TriggerFrontier of(
            TriggerSearch search, List<Trigger> starts, List<Double> levels, TriggerVerification verification) {
        List<Candidate> candidates = Stream.concat(
                        search.candidates().stream(), starts.stream().map(start -> new Candidate(start, 1)))
                .sorted(Comparator.comparingDouble(Candidate::norm))
                .toList();
        Map<Candidate, Candidate> verified = new LinkedHashMap<>();
        for (double level : levels) {
            for (Candidate candidate : candidates) {
                if (candidate.success() >= level
                        && verified.computeIfAbsent(candidate, c -> c.measured(verification::success))
                                        .success()
                                >= level) {
                    break;
                }
            }
        }
        List<Optional<Candidate>> best = levels.stream()
                .map(level -> verified.values().stream()
                        .filter(candidate -> candidate.success() >= level)
                        .min(Comparator.comparingDouble(Candidate::norm)))
                .toList();
        return new TriggerFrontier(search.target(), best, search.bestSuccess());
    }

    /**
     * The trigger that stands for the class: of the middle level, since the last share of success can cost many times the
     * mask; where that was not reached, of the highest that was; null where none was.
     */
    @Nullable
    Candidate typical() {
        return best.stream()
                .skip(best.size() / 2)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(null);
    }

    /** The smallest verified triggers of all levels. */
    List<Trigger> triggers() {
        return best.stream()
                .flatMap(Optional::stream)
                .distinct()
                .map(Candidate::trigger)
                .toList();
    }

    /** The frontier in figures. */
    List<FrontierPoint> points(List<Double> levels) {
        List<FrontierPoint> points = new ArrayList<>();
        for (int i = 0; i < levels.size(); i++) {
            double level = levels.get(i);
            points.add(best.get(i)
                    .map(candidate -> new FrontierPoint(level, candidate.norm(), candidate.success()))
                    .orElseGet(() -> new FrontierPoint(level, Double.NaN, Double.NaN)));
        }
        return points;
    }
}
