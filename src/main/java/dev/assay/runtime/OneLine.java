package dev.assay.runtime;

import org.jspecify.annotations.Nullable;

/** Native error messages, which hold file names and line breaks, in one line. */
final class OneLine {
    private static final int MAX_LENGTH = 400;

    private OneLine() {}

    static String of(Throwable failure) {
        return of(failure.getMessage());
    }

    static String of(@Nullable String message) {
        if (message == null) {
            return "no message";
        }
        String line = message.replaceAll("\\s+", " ").strip();
        return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "…";
    }
}
