package dev.assay.audit;

import dev.assay.AssayException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The main class of a task's process; {@link ChildRunner} starts it. */
public final class TaskMain {
    private static final int BUG = 70;
    private static final int ORPHANED = 71;

    private TaskMain() {}

    /** Runs one task; arguments: the request's file, the reply's file, the audit's folder. */
    public static void main(String[] args) {
        run(Tasks.KINDS, args);
    }

    static void run(Map<String, TaskKind<?, ?>> kinds, String[] args) {
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> fail(thrown));
        dieWithParent();
        TaskCall call = AuditJson.MAPPER.readValue(Path.of(args[0]), TaskCall.class);
        TaskReply reply =
                new InProcessRunner(kinds).run(call, Path.of(args[2]), progress -> System.out.println(progress.line()));
        WholeFile.write(Path.of(args[1]), AuditJson.MAPPER.writeValueAsString(reply));
        System.exit(0);
    }

    /** Prints the cause last, where the parent looks for it. */
    private static void fail(Throwable thrown) {
        if (thrown instanceof AssayException known) {
            System.err.println(known.getMessage());
            System.exit(known.exitCode());
        }
        thrown.printStackTrace();
        System.err.println("bug in Assay: " + thrown);
        System.exit(BUG);
    }

    /** The parent holds the other end of standard input, and the operating system closes it when the parent dies. */
    private static void dieWithParent() {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {}
                    } catch (IOException e) {
                        // As good as its end.
                    }
                    Runtime.getRuntime().halt(ORPHANED);
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }
}
