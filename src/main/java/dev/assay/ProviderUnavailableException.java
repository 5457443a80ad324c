package dev.assay;

/** The execution provider asked for, or its library or device, is missing. */
public final class ProviderUnavailableException extends AssayException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception; {@code message} is one line: place, expected, got, remedy. */
    public ProviderUnavailableException(String message) {
        super(4, message);
    }

    /** Makes the exception with the failure beneath it. */
    public ProviderUnavailableException(String message, Throwable cause) {
        super(4, message, cause);
    }
}
