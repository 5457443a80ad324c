package dev.assay;

/** The model is valid but beyond Assay: the message says which op, opset and ability. */
public final class UnsupportedOpException extends AssayException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception; {@code message} is one line: place, expected, got, remedy. */
    public UnsupportedOpException(String message) {
        super(3, message);
    }

    /** Makes the exception with the failure beneath it. */
    public UnsupportedOpException(String message, Throwable cause) {
        super(3, message, cause);
    }
}
