package dev.assay;

/** A result cannot be written where it was asked for: no space, no permission, or somebody else's file or folder. */
public final class OutputException extends AssayException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception; {@code message} is one line: place, expected, got, remedy. */
    public OutputException(String message) {
        super(2, message);
    }

    /** Makes the exception with the failure beneath it. */
    public OutputException(String message, Throwable cause) {
        super(2, message, cause);
    }
}
