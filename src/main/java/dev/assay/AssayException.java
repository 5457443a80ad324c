package dev.assay;

/**
 * A failure that has a cause outside Assay's code: a bad model, bad data, missing hardware, a failing runtime.
 *
 * <p>The message is one line that names the place, what was expected, what was found and, where there is one, the
 * remedy. Errors in Assay itself are {@link IllegalArgumentException} and {@link IllegalStateException}.
 */
public abstract class AssayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final int LONGEST = 1_000;

    private final int exitCode;

    AssayException(int exitCode, String message, Throwable cause) {
        super(oneLine(message), cause);
        this.exitCode = exitCode;
    }

    AssayException(int exitCode, String message) {
        super(oneLine(message));
        this.exitCode = exitCode;
    }

    private static String oneLine(String message) {
        String shortened = message.length() > LONGEST ? message.substring(0, LONGEST) + "…" : message;
        return Printable.of(shortened);
    }

    /** The exit code of the command line for this failure. */
    public int exitCode() {
        return exitCode;
    }
}
