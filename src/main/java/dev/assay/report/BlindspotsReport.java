package dev.assay.report;

import static dev.assay.report.DataTable.column;
import static j2html.TagCreator.code;
import static j2html.TagCreator.details;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.header;
import static j2html.TagCreator.p;
import static j2html.TagCreator.span;
import static j2html.TagCreator.summary;
import static j2html.TagCreator.text;

import dev.assay.audit.AuditRequest;
import dev.assay.audit.Judgement;
import dev.assay.audit.WholeFile;
import dev.assay.quant.Scheme;
import dev.assay.study.BlindspotsResult;
import dev.assay.study.Comparison;
import dev.assay.study.StudiedModel;
import dev.assay.study.StudiedModel.ClassNorm;
import dev.assay.study.StudiedModel.StudiedDeployment;
import j2html.tags.DomContent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hipparchus.stat.StatUtils;

/** The page of the study of blind spots, in the look of {@link HtmlReport}. It draws no image of any data set. */
public final class BlindspotsReport {
    private static final DataTable<Comparison> COMPARISONS = new DataTable<>(
            "What the seed study claims, and what was measured",
            List.of(
                    column("Claim", it -> Cell.of(it.claim())),
                    column("Model", it -> Cell.name(it.model())),
                    column("Reported", it -> Cell.of(Figures.unbroken(it.reported()))),
                    column("Measured", it -> Cell.of(Figures.unbroken(it.measured()))),
                    column("Answer", "study-attack-success", it -> Cell.of(Look.of(it.answer()))),
                    column("Why", it -> Cell.of(Figures.unbroken(it.why())))));

    private static final DataTable<Said> SAID = new DataTable<>(
            "What each defense said",
            List.of(
                    column("Deployment", it -> Cell.name(it.row().name())),
                    column("Defense", it -> Cell.name(it.judgement().defense())),
                    column("Decision", it -> Cell.of(Look.of(it.judgement().decision()))),
                    column(
                            "Score",
                            "study-score",
                            it -> Cell.number(it.judgement().score())),
                    column("Threshold", it -> Cell.number(it.judgement().threshold())),
                    column(
                            "Reason",
                            it -> Cell.of(Figures.unbroken(
                                    String.valueOf(it.judgement().reason()))))));

    private static final DataTable<StudyRow> DEPLOYMENTS = new DataTable<>(
            "Defenses on each deployment",
            withDefenses(
                    List.of(
                            column("Deployment", BlindspotsReport::name),
                            column("Accuracy", it -> Cell.percent(it.outcome().accuracy())),
                            column(
                                    "Attack success",
                                    "attack-success",
                                    it -> Cell.percent(it.outcome().attackSuccessRate())),
                            column(
                                    "Integer MACs",
                                    "study-integer-macs",
                                    it -> Cell.percent(it.deployment().integerMacShare())),
                            column(
                                    "4-bit MACs",
                                    "four-bit-macs",
                                    it -> Cell.percent(it.deployment().fourBitMacShare()))),
                    row -> row));

    private static final DataTable<FourBit> FOUR_BIT = new DataTable<>(
            "4 bits on each data set",
            withDefenses(
                    List.of(
                            column("Model", it -> Cell.name(it.model().name())),
                            column("Data set", it -> Cell.of(it.model().dataset())),
                            column("Deployment", it -> Cell.name(it.row().name())),
                            column(
                                    "Accuracy",
                                    it -> Cell.percent(it.row().outcome().accuracy())),
                            column("Difference", "accuracy-drift", it -> Cell.points(it.accuracyDrift())),
                            column(
                                    "Attack success",
                                    "attack-success",
                                    it -> Cell.percent(it.row().outcome().attackSuccessRate())),
                            column("Its difference", "success-drift", it -> Cell.points(it.successDrift()))),
                    FourBit::row));

    private static final DataTable<StudiedModel> MODELS = new DataTable<>(
            "Models",
            List.of(
                    column("Model", it -> Cell.name(it.name())),
                    column("Data set", it -> Cell.of(it.dataset())),
                    column("Attack", it -> Cell.of("%s to class %d".formatted(it.attack(), it.target()))),
                    column("Images", it -> Cell.figure(Figures.count(it.images()), (double) it.images())),
                    column("Judged on", it -> Cell.name(it.data())),
                    column("Digest", "sha256", it -> Cell.name(it.sha256())),
                    column("Folder of its audit", it -> Cell.name(it.folder()))));

    private BlindspotsReport() {}

    /** A name that may break behind the scheme. */
    private static Cell name(StudyRow row) {
        String scheme = row.deployment().scheme();
        return new Cell(each(code(scheme), text(row.name().substring(scheme.length()))), row.name(), false);
    }

    /** What a defense said of a row. */
    private record Said(StudyRow row, Judgement judgement) {}

    /** A model on kernels that read 4-bit weights, or as that is simulated, beside the float model. */
    private record FourBit(StudiedModel model, StudyRow row, StudiedDeployment inFloat) {
        static Stream<FourBit> of(StudiedModel model) {
            return model.measured(List.of(Scheme.FP32)).stream()
                    .limit(1)
                    .flatMap(inFloat -> model.measured(List.of(Scheme.INT4_SIMULATED, Scheme.INT4_KERNEL)).stream()
                            .map(each -> new FourBit(model, StudyRow.of(each), inFloat)));
        }

        double accuracyDrift() {
            return row.outcome().accuracy() - inFloat.outcome().accuracy();
        }

        double successDrift() {
            return row.outcome().attackSuccessRate() - inFloat.outcome().attackSuccessRate();
        }
    }

    /** Returns the page. Equal results give equal pages. */
    public static String render(BlindspotsResult result) {
        return new Page(
                        "blind spots of quantization – Assay",
                        pageHeader(result),
                        List.of(
                                part("study-comparison", "Beside the seed study", comparisons(result)),
                                part("study-asymmetry", "Float against integers", asymmetry(result)),
                                part("study-norms", "Trigger norms", norms(result)),
                                part("study-int4", "4 bits", fourBit(result)),
                                new Page.Part(
                                        "models",
                                        "Models",
                                        each(
                                                MODELS.render(result.models()),
                                                p(text("Made by "), code(result.command()))))),
                        "Written by Assay %s with study.json, schema %d.".formatted(result.assay(), result.schema()))
                .render();
    }

    /**
     * Writes the page whole or not at all.
     *
     * @throws dev.assay.OutputException if the file cannot be written
     */
    public static void write(BlindspotsResult result, Path file) {
        WholeFile.write(file, render(result));
    }

    /** A part that starts with its explanation. */
    private static Page.Part part(String key, String title, DomContent content) {
        return new Page.Part(key, title, each(p(Explanations.of(key)).withClass("lead"), content));
    }

    private static DomContent pageHeader(BlindspotsResult result) {
        return header(
                p(span("Assay").withClass("brand"), text(" study")).withClass("kicker"),
                h1("Blind spots of quantization"),
                p(
                                span("models: " + result.models().size()),
                                span("budget " + result.budget().id()),
                                span("seed " + result.seed()))
                        .withClass("about"));
    }

    private static DomContent comparisons(BlindspotsResult result) {
        return COMPARISONS.render(result.comparisons());
    }

    private static DomContent asymmetry(BlindspotsResult result) {
        return each(
                result.models(),
                model -> each(
                        h3(model.name()),
                        DEPLOYMENTS.render(StudyRow.of(model)),
                        errors(model),
                        details(
                                summary("Scores and reasons"),
                                SAID.render(StudyRow.of(model).stream()
                                        .flatMap(
                                                row -> row.judgements().stream().map(it -> new Said(row, it)))
                                        .toList()))));
    }

    /** Columns, and one more a defense for what it said of a row. */
    private static <R> List<DataTable.Column<R>> withDefenses(
            List<DataTable.Column<R>> columns, Function<R, StudyRow> row) {
        return Stream.concat(
                        columns.stream(),
                        AuditRequest.Plan.DEFENSES.stream()
                                .map(defense -> column(defense, (R it) -> row.apply(it)
                                        .judgement(defense)
                                        .map(said -> Cell.of(Look.of(said.decision())))
                                        .orElse(Cell.of(Figures.NONE)))))
                .toList();
    }

    private static DomContent errors(StudiedModel model) {
        return each(
                model.deployments().stream()
                        .filter(it -> it.outcome().error() != null)
                        .toList(),
                it -> p("%s could not be measured: %s"
                        .formatted(it.scheme(), it.outcome().error())));
    }

    private static DomContent norms(BlindspotsResult result) {
        return each(result.models(), model -> {
            SortedSet<Integer> classes = new TreeSet<>();
            model.deployments().forEach(each -> each.norms().forEach(norm -> classes.add(norm.targetClass())));
            return each(
                    h3(model.name()),
                    classes.isEmpty()
                            ? p("Neural Cleanse inverted no trigger.")
                            : chart(model, List.copyOf(classes)).render("Norms of the inverted triggers, in pixels."));
        });
    }

    private static Chart chart(StudiedModel model, List<Integer> classes) {
        ClassNames names = new ClassNames(model.classNames());
        List<Chart.Series> series = new ArrayList<>();
        for (StudiedDeployment deployment : model.deployments()) {
            series.add(series(
                    deployment.scheme(),
                    classes.stream().map(it -> norm(deployment, it)).toList()));
            if (deployment.scheme().equals(Scheme.INT8_LINEAR_ONLY.id())) {
                series.add(series(
                        "without gradient",
                        classes.stream()
                                .map(model.withoutGradient().norms()::get)
                                .toList()));
            }
        }
        return new Chart(
                Chart.Kind.PANELS,
                "Norms of the inverted triggers of " + model.name(),
                "Class",
                "norm in pixels",
                classes.stream()
                        .map(it -> (it == model.target() ? "▸ " : "") + names.of(it))
                        .toList(),
                series,
                null);
    }

    private static double norm(StudiedDeployment deployment, int targetClass) {
        return deployment.norms().stream()
                .filter(it -> it.targetClass() == targetClass)
                .mapToDouble(ClassNorm::norm)
                .findFirst()
                .orElse(Double.NaN);
    }

    private static Chart.Series series(String name, List<Double> norms) {
        double[] found =
                norms.stream().mapToDouble(it -> it).filter(Double::isFinite).toArray();
        return new Chart.Series(
                name,
                norms,
                found.length == 0 ? List.of() : List.of(new Chart.Marker("median", StatUtils.percentile(found, 50))));
    }

    private static DomContent fourBit(BlindspotsResult result) {
        return FOUR_BIT.render(result.models().stream().flatMap(FourBit::of).toList());
    }
}
