package dev.assay.report;

import static dev.assay.report.DataTable.column;
import static j2html.TagCreator.each;

import dev.assay.defense.ActivationClusteringEvidence;
import dev.assay.defense.ActivationClusteringEvidence.ClusteredClass;
import dev.assay.defense.ClusterScatter;
import dev.assay.defense.ClusterScatter.Point;
import j2html.tags.DomContent;
import java.util.List;
import java.util.function.Predicate;

/** Activation Clustering: the two clusters of the most suspicious labels, and the figures of all. */
final class ActivationClusteringView implements EvidenceView<ActivationClusteringEvidence> {
    /** A colour of the scatter. */
    private record Group(String name, Predicate<Point> holds) {}

    private static final List<Group> GROUPS = List.of(
            new Group("judged, suspicious", point -> !point.clean() && point.suspicious()),
            new Group("judged, other", point -> !point.clean() && !point.suspicious()),
            new Group("clean, suspicious", point -> point.clean() && point.suspicious()),
            new Group("clean, other", point -> point.clean() && !point.suspicious()));

    /** How many points of a group were drawn. */
    private record Count(String group, long points) {}

    @Override
    public Class<ActivationClusteringEvidence> kind() {
        return ActivationClusteringEvidence.class;
    }

    @Override
    public DomContent draw(ActivationClusteringEvidence evidence, Judged judged) {
        return each(
                FeatureNote.draw(evidence.features(), judged.names()),
                each(evidence.scatters(), it -> scatter(it, judged).render(caption(it, judged), counts(it, judged))),
                classes(evidence, judged));
    }

    private static Chart scatter(ClusterScatter scatter, Judged judged) {
        return new Chart(
                Chart.Kind.SCATTER,
                title(scatter, judged),
                "First principal component",
                "second principal component",
                scatter.points().stream()
                        .map(point -> String.valueOf(point.x()))
                        .toList(),
                GROUPS.stream()
                        .map(group -> new Chart.Series(
                                group.name(),
                                scatter.points().stream()
                                        .map(point -> group.holds().test(point) ? point.y() : Double.NaN)
                                        .toList()))
                        .toList(),
                null);
    }

    private static String title(ClusterScatter scatter, Judged judged) {
        return "Features of the images labelled %s on %s"
                .formatted(judged.names().of(scatter.targetClass()), judged.deployment());
    }

    private static String caption(ClusterScatter scatter, Judged judged) {
        return "Images labelled %s. %s"
                .formatted(judged.names().of(scatter.targetClass()), Explanations.of("cluster-scatter"));
    }

    private static DomContent counts(ClusterScatter scatter, Judged judged) {
        return new DataTable<Count>(
                        title(scatter, judged),
                        List.of(
                                column("Images", it -> Cell.of(it.group())),
                                column("Drawn", it -> Cell.number((double) it.points()))))
                .render(GROUPS.stream()
                        .map(group -> new Count(
                                group.name(),
                                scatter.points().stream().filter(group.holds()).count()))
                        .toList());
    }

    private static DomContent classes(ActivationClusteringEvidence evidence, Judged judged) {
        return new DataTable<ClusteredClass>(
                        "Clusters of each label on " + judged.deployment(),
                        List.of(
                                column("Label", it -> Cell.of(judged.names().of(it.targetClass()))),
                                column("Judged", "judged-images", it -> Cell.number(it.judged())),
                                column("Clean", "clean-images", it -> Cell.number(it.clean())),
                                column("Judged in cluster", "judged-share", it -> Cell.percent(it.judgedShare())),
                                column("Clean in cluster", "clean-share", it -> Cell.percent(it.cleanShare())),
                                column("Rarity", "rarity", it -> Cell.tenths(it.rarity())),
                                column("p", "fisher", it -> Cell.number(it.pValue())),
                                column(
                                        "Same second answer",
                                        "second-answers",
                                        it -> FeatureNote.sharing(it.secondAnswers())),
                                column("Silhouette", "silhouette", it -> Cell.number(it.silhouette())),
                                column("Relative size", "relative-size", it -> Cell.percent(it.smallerShare()))))
                .render(evidence.classes());
    }
}
