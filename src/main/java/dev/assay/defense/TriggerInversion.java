package dev.assay.defense;

import dev.assay.grad.TriggerBatch;
import dev.assay.grad.TriggerLoss;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/** Runs searches for the triggers of several classes side by side: as many at a time as the loss evaluates at once. */
final class TriggerInversion {
    private final TriggerLoss loss;
    private final int plane;
    private final int turn;

    TriggerInversion(TriggerLoss loss, int plane, int turn) {
        this.loss = loss;
        this.plane = plane;
        this.turn = turn;
    }

    /**
     * Gives each search a turn after the other, until all are done.
     *
     * @param isDone asked after each turn of a search
     */
    void run(Collection<TriggerSearch> searches, Predicate<TriggerSearch> isDone) {
        Deque<TriggerSearch> waiting = new ArrayDeque<>(searches);
        while (!waiting.isEmpty()) {
            List<TriggerSearch> running = new ArrayList<>();
            while (running.size() < loss.slots() && !waiting.isEmpty()) {
                running.add(waiting.remove());
            }
            TriggerBatch batch = new TriggerBatch(running.size(), loss.imagesPerSlot(), plane);
            for (int step = 0; step < turn; step++) {
                step(running, batch);
            }
            running.stream().filter(isDone.negate()).forEach(waiting::add);
        }
    }

    private void step(List<TriggerSearch> running, TriggerBatch batch) {
        for (int slot = 0; slot < running.size(); slot++) {
            running.get(slot).prepare(batch, slot, loss.imagesPerSlot());
        }
        loss.evaluate(batch);
        for (int slot = 0; slot < running.size(); slot++) {
            running.get(slot).step(batch, slot);
        }
    }
}
