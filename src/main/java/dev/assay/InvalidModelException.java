package dev.assay;

/** The model file is unreadable, broken or inconsistent. */
public final class InvalidModelException extends AssayException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception; {@code message} is one line: place, expected, got, remedy. */
    public InvalidModelException(String message) {
        super(3, message);
    }

    /** Makes the exception with the failure beneath it. */
    public InvalidModelException(String message, Throwable cause) {
        super(3, message, cause);
    }
}
