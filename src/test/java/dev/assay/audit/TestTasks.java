package dev.assay.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Tasks that behave badly, and the main class of their processes. */
final class TestTasks {
    static final TaskKind<Request, Result> ECHO = kind("echo", TestTasks::echo);
    static final TaskKind<Request, Result> PID = kind("pid", TestTasks::pid);
    static final TaskKind<Request, Result> ABORT = kind("abort", TestTasks::abort);
    static final TaskKind<Request, Result> EXIT = kind("exit", TestTasks::exit);
    static final TaskKind<Request, Result> HANG = kind("hang", TestTasks::hang);
    static final TaskKind<Request, Result> CHATTER = kind("chatter", TestTasks::chatter);
    static final TaskKind<Request, Result> HOARD = kind("hoard", TestTasks::hoard);
    static final TaskKind<Request, Result> GARBLE = kind("garble", TestTasks::garble);
    static final TaskKind<Request, Result> BUG = kind("bug", TestTasks::bug);

    static final Map<String, TaskKind<?, ?>> KINDS =
            TaskKind.table(ECHO, PID, ABORT, EXIT, HANG, CHATTER, HOARD, GARBLE, BUG);

    private TestTasks() {}

    /** A text and a figure to give back. */
    record Request(String text, double figure) {}

    /** What was given, and a file that was written. */
    record Result(String text, double figure, FileRef file) {}

    /** Started by {@link TaskProcess}. */
    public static void main(String[] args) {
        TaskMain.run(KINDS, Path.of(args[0]));
    }

    private static TaskKind<Request, Result> kind(String id, TaskKind.Body<Request, Result> body) {
        return new TaskKind<>(id, Request.class, Result.class, body);
    }

    private static Result echo(Request request, Path folder, Consumer<Progress> progress) {
        progress.accept(new Progress(1, 2, "words"));
        Path file = OutFolder.artifacts(folder).resolve("echo.txt");
        WholeFile.write(file, request.text());
        return new Result(request.text(), request.figure(), FileRef.of(folder, file));
    }

    /** The figure is the process's id. */
    private static Result pid(Request request, Path folder, Consumer<Progress> progress) {
        long pid = ProcessHandle.current().pid();
        return echo(new Request(request.text(), pid), folder, progress);
    }

    /** As ONNX Runtime's abort() does: signal 6, exit code 134. */
    private static Result abort(Request request, Path folder, Consumer<Progress> progress) {
        System.err.println("terminate called: " + request.text());
        start("kill", "-ABRT", Long.toString(ProcessHandle.current().pid()));
        return sleep();
    }

    private static Result exit(Request request, Path folder, Consumer<Progress> progress) {
        System.exit(0);
        return sleep();
    }

    /** Starts a process of its own, whose id it prints, and sleeps. */
    private static Result hang(Request request, Path folder, Consumer<Progress> progress) {
        System.out.println("sleeper " + start("sleep", "600").pid());
        System.out.println("self " + ProcessHandle.current().pid());
        System.out.flush();
        return sleep();
    }

    private static Result chatter(Request request, Path folder, Consumer<Progress> progress) {
        String line = "x".repeat(10_000);
        for (int i = 0; i < 1_000; i++) {
            System.out.print(line);
        }
        return echo(request, folder, progress);
    }

    private static Result hoard(Request request, Path folder, Consumer<Progress> progress) {
        List<byte[]> hoard = new ArrayList<>();
        while (hoard.size() < Integer.MAX_VALUE) {
            hoard.add(new byte[1 << 20]);
        }
        return sleep();
    }

    private static Result garble(Request request, Path folder, Consumer<Progress> progress) {
        try {
            Files.writeString(TaskMain.reply(folder, request.text()), "{\"resu");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().halt(0);
        return sleep();
    }

    private static Result bug(Request request, Path folder, Consumer<Progress> progress) {
        throw new IllegalStateException("no such " + request.text());
    }

    private static Process start(String... command) {
        try {
            return new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Result sleep() {
        try {
            Thread.sleep(600_000);
            throw new IllegalStateException("nobody ended this task");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
