package dev.assay.audit;

import java.util.Map;

/** The kinds of task an audit consists of. */
final class Tasks {
    static final TaskKind<OpenTask.Request, OpenTask.Result> OPEN =
            new TaskKind<>("open", OpenTask.Request.class, OpenTask.Result.class, OpenTask::run);
    static final TaskKind<QuantizeTask.Request, QuantizeTask.Result> QUANTIZE =
            new TaskKind<>("quantize", QuantizeTask.Request.class, QuantizeTask.Result.class, QuantizeTask::run);
    static final TaskKind<ReferenceTask.Request, ReferenceTask.Result> REFERENCE =
            new TaskKind<>("reference", ReferenceTask.Request.class, ReferenceTask.Result.class, ReferenceTask::run);
    static final TaskKind<MeasureTask.Request, MeasureTask.Result> MEASURE =
            new TaskKind<>("measure", MeasureTask.Request.class, MeasureTask.Result.class, MeasureTask::run);
    static final TaskKind<TransferTask.Request, TransferTask.Result> TRANSFER =
            new TaskKind<>("transfer", TransferTask.Request.class, TransferTask.Result.class, TransferTask::run);
    /** What it makes follows from the model's digest and the images': it outlives the audit that it was made for. */
    static final TaskKind<PlantTask.Request, PlantTask.Result> PLANT =
            new TaskKind<>("plant", PlantTask.Request.class, PlantTask.Result.class, PlantTask::run);

    static final Map<String, TaskKind<?, ?>> KINDS =
            TaskKind.table(OPEN, QUANTIZE, REFERENCE, MEASURE, TRANSFER, PLANT);

    private Tasks() {}
}
