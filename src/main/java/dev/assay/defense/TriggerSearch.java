package dev.assay.defense;

import dev.assay.data.Trigger;
import dev.assay.grad.TriggerBatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The search for the smallest trigger of one class: Adam on cross-entropy + λ · Σ mask, with λ raised while the trigger
 * succeeds and lowered while it does not (Wang et al., S&P 2019, section V, and its public code). Mutable.
 *
 * <p>Steps come in turns; after each turn its success is looked at. Once λ has gone both ways and the norm no longer
 * falls, the next higher level of success becomes the goal, so that one search traces the frontier of norm against
 * success, from below: the highest level would otherwise come first, and hold λ down each time a few of a turn's images
 * fail. Measured on a WideResNet's backdoor of nine pixels: from the highest level down, two of six searches still had a
 * mask of 27 pixels or more after three fifths of the steps, the other four 6 to 9.
 */
final class TriggerSearch {
    /** The share of the steps that go into the lowest level; the others get equal parts of the rest. */
    private static final double FIRST_GOAL = 0.5;

    private final int target;
    private final int[] pool;
    private final int height;
    private final int width;
    private final NeuralCleanse.Descent descent;
    /** Rising. */
    private final List<Double> levels;

    private final int limit;
    private final SplittableRandom random;
    private final TriggerParameters parameters;
    /** Smallest first, each with a lower loss than the one before: no other trigger was smaller and better. */
    private final List<Met> front = new ArrayList<>();

    private double lambda;
    private int next;
    private int steps;
    private int goal;
    private int above;
    private int below;
    private boolean raised;
    private boolean lowered;
    private double bestNorm = Double.POSITIVE_INFINITY;
    private int turnsWithoutProgress;
    private double turnSuccess;
    private double turnLoss;
    private Trigger halfWay;
    private double lastSuccess;
    private double bestSuccess;

    /**
     * A search.
     *
     * @param pool numbers of the images to optimize on, none of them of the target class
     * @param levels shares of success, in any order
     * @param limit steps after which the search ends
     */
    TriggerSearch(
            int target,
            int[] pool,
            int height,
            int width,
            NeuralCleanse.Descent descent,
            List<Double> levels,
            int limit,
            long seed) {
        this.target = target;
        this.pool = pool.clone();
        this.height = height;
        this.width = width;
        this.descent = descent;
        this.levels = levels.stream().sorted().toList();
        this.limit = limit;
        this.random = new SplittableRandom(seed);
        this.parameters = new TriggerParameters(descent, height * width);
        this.lambda = descent.lambda();
        this.next = pool.length;
        if (descent.deviation() > 0) {
            parameters.randomize(random, descent.deviation());
        }
        this.halfWay = trigger();
    }

    int target() {
        return target;
    }

    int steps() {
        return steps;
    }

    /** The highest share of a turn's images that were led to the target. */
    double bestSuccess() {
        return bestSuccess;
    }

    /** The smallest norm that reached any of the levels; infinite where none was. */
    double smallestNorm() {
        return front.isEmpty()
                ? Double.POSITIVE_INFINITY
                : front.get(0).candidate().norm();
    }

    /**
     * The norm that the trigger has now, for each share of the last turn's images that it led to the target. It tells after
     * fewer steps than {@link #smallestNorm} which class has a small trigger: that lags behind by half a turn or more.
     */
    double normPerSuccess() {
        return lastSuccess == 0 ? Double.POSITIVE_INFINITY : parameters.norm() / lastSuccess;
    }

    /** Starts from a trigger found elsewhere. */
    void startFrom(Trigger trigger) {
        parameters.startFrom(trigger.mask(), trigger.pattern());
    }

    /** Writes the trigger, the target, λ and fresh images into a slot of a batch. */
    void prepare(TriggerBatch batch, int slot, int imagesPerSlot) {
        parameters.writeTo(batch.masks(), batch.patterns(), slot);
        batch.targets()[slot] = target;
        batch.normWeights()[slot] = (float) lambda;
        for (int i = 0; i < imagesPerSlot; i++) {
            batch.images()[slot * imagesPerSlot + i] = nextImage();
        }
    }

    /** Images without replacement, shuffled anew when all have been seen. */
    private int nextImage() {
        if (next == pool.length) {
            for (int i = pool.length - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int swapped = pool[i];
                pool[i] = pool[j];
                pool[j] = swapped;
            }
            next = 0;
        }
        return pool[next++];
    }

    /** Takes what was evaluated for a slot and makes a step. */
    void step(TriggerBatch batch, int slot) {
        turnSuccess += batch.successes()[slot];
        turnLoss += batch.losses()[slot];
        if (steps % descent.turn() == descent.turn() / 2) {
            // Success and loss are means over the turn: they belong to the trigger as it is half way.
            halfWay = trigger();
        }
        parameters.step(batch.maskGradients(), batch.patternGradients(), slot);
        steps++;
        if (steps % descent.turn() == 0) {
            endTurn();
        }
    }

    private void endTurn() {
        lastSuccess = turnSuccess / descent.turn();
        bestSuccess = Math.max(bestSuccess, lastSuccess);
        keep(new Met(new Candidate(halfWay, lastSuccess), turnLoss / descent.turn()));
        turnSuccess = 0;
        turnLoss = 0;
        adjust();
        if (lastSuccess >= level() && parameters.norm() < bestNorm * descent.progress()) {
            bestNorm = parameters.norm();
            turnsWithoutProgress = 0;
        } else {
            turnsWithoutProgress++;
        }
        boolean converged = raised && lowered && turnsWithoutProgress >= descent.stall();
        double share = levels.size() == 1 ? 1 : FIRST_GOAL + goal * (1 - FIRST_GOAL) / (levels.size() - 1);
        if (converged || steps >= limit * share) {
            raiseGoal();
        }
    }

    /** A trigger met after a turn, and its mean loss: where all images are led to the target, it still tells them apart. */
    private record Met(Candidate candidate, double loss) {
        boolean isNoBetterThan(Met other) {
            return candidate.norm() >= other.candidate.norm() && loss >= other.loss;
        }
    }

    private void keep(Met met) {
        if (met.candidate().success() < levels.get(0) || front.stream().anyMatch(met::isNoBetterThan)) {
            return;
        }
        front.removeIf(other -> other.isNoBetterThan(met));
        front.add(met);
        front.sort(Comparator.comparingDouble(each -> each.candidate().norm()));
    }

    private double level() {
        return levels.get(Math.min(goal, levels.size() - 1));
    }

    private void adjust() {
        if (lastSuccess >= level()) {
            above++;
            below = 0;
        } else {
            below++;
            above = 0;
        }
        if (above >= descent.patience()) {
            lambda *= descent.raise();
            above = 0;
            raised = true;
        } else if (below >= descent.patience()) {
            lambda /= Math.pow(descent.raise(), 1.5);
            below = 0;
            lowered = true;
        }
    }

    private void raiseGoal() {
        goal++;
        bestNorm = Double.POSITIVE_INFINITY;
        turnsWithoutProgress = 0;
        above = 0;
        below = 0;
        raised = false;
        lowered = false;
    }

    /** Whether every level has had its share of the steps, or converged before. */
    boolean isDone() {
        return goal == levels.size() || steps >= limit;
    }

    /** The trigger as it is now. */
    Trigger trigger() {
        return Trigger.of(target, height, width, parameters.mask(), parameters.pattern());
    }

    /** Triggers met after a turn that reached at least the lowest level then, smallest first, none of them larger and worse than another. */
    List<Candidate> candidates() {
        return front.stream().map(Met::candidate).toList();
    }
}
