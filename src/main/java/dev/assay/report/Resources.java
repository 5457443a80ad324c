package dev.assay.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Text from the class path. */
final class Resources {
    private Resources() {}

    /** Returns the UTF-8 text of a resource, which is part of the build: its absence is a bug. */
    static String text(String absolutePath) {
        try (InputStream stream = Resources.class.getResourceAsStream(absolutePath)) {
            if (stream == null) {
                throw new IllegalStateException("missing from the class path: " + absolutePath);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("unreadable on the class path: " + absolutePath, e);
        }
    }
}
