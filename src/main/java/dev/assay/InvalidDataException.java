package dev.assay;

/** Images, triggers, sidecars or stored results are unreadable, broken or do not fit the model. */
public final class InvalidDataException extends AssayException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception; {@code message} is one line: place, expected, got, remedy. */
    public InvalidDataException(String message) {
        super(3, message);
    }

    /** Makes the exception with the failure beneath it. */
    public InvalidDataException(String message, Throwable cause) {
        super(3, message, cause);
    }
}
