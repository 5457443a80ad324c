package dev.assay.audit;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a task has come, also as a line that one process prints for another: {@code progress 640/10000 images}.
 *
 * @param done units done
 * @param total units to do
 * @param unit what is counted
 */
public record Progress(long done, long total, String unit) {
    private static final Pattern LINE = Pattern.compile("progress (\\d{1,18})/(\\d{1,18}) (.+)");

    static Optional<Progress> parse(String line) {
        Matcher matcher = LINE.matcher(line);
        return matcher.matches()
                ? Optional.of(new Progress(
                        Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)), matcher.group(3)))
                : Optional.empty();
    }

    String line() {
        return "progress %d/%d %s".formatted(done, total, unit);
    }
}
