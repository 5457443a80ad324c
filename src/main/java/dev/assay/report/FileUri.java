package dev.assay.report;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Paths, of whichever operating system, as URIs (RFC 3986, RFC 8089). */
final class FileUri {
    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:/.*", Pattern.DOTALL);

    private FileUri() {}

    /** A {@code file:} URI for an absolute path, a relative reference for another; any text becomes a valid URI. */
    static String of(String path) {
        String slashed = path.replace('\\', '/');
        String encoded = URLEncoder.encode(slashed, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
        if (slashed.startsWith("//")) {
            return "file:" + encoded;
        }
        if (slashed.startsWith("/")) {
            return "file://" + encoded;
        }
        return DRIVE.matcher(slashed).matches() ? "file:///" + encoded : encoded;
    }
}
