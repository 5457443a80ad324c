package dev.assay.study;

import dev.assay.InvalidDataException;
import dev.assay.defense.Budget;
import java.nio.file.Path;
import java.util.List;

/**
 * What to study, and how.
 *
 * @param subjects the models
 * @param threads of a session
 * @param budget how much each audit may cost
 * @param seed of everything random
 * @param out the folder to write to; each audit gets a folder in it
 * @param command what was typed, for the result
 * @param resume whether results of an earlier study in that folder stand in for tasks with equal requests
 */
public record BlindspotsRequest(
        List<StudySubject> subjects, int threads, Budget budget, long seed, Path out, String command, boolean resume) {
    /**
     * A request.
     *
     * @throws InvalidDataException if two models would write to one folder
     * @throws IllegalArgumentException if there is no model
     */
    public BlindspotsRequest {
        subjects = List.copyOf(subjects);
        if (subjects.isEmpty()) {
            throw new IllegalArgumentException("a study has at least one model");
        }
        if (subjects.stream().map(StudySubject::name).distinct().count() < subjects.size()) {
            throw new InvalidDataException("expected models with names of their own, got %s"
                    .formatted(subjects.stream().map(StudySubject::name).toList()));
        }
    }
}
