package dev.assay;

/** ONNX Runtime failed to make or run a session, or a task's process died. */
public final class SessionException extends AssayException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception; {@code message} is one line: place, expected, got, remedy. */
    public SessionException(String message) {
        super(5, message);
    }

    /** Makes the exception with the failure beneath it. */
    public SessionException(String message, Throwable cause) {
        super(5, message, cause);
    }
}
