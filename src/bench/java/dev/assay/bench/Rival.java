package dev.assay.bench;

import java.io.IOException;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** Somebody else's program that measures the same, run on the same machine right after. */
final class Rival {
    private Rival() {}

    /**
     * Runs it and takes a figure from what it prints.
     *
     * @param command with its arguments
     * @param figure a field of one of the JSON objects that it prints, one a line; the last counts
     */
    static double measure(List<String> command, String figure) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        JsonMapper json = new JsonMapper();
        return process.inputReader()
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(json::readTree)
                .filter(line -> line.has(figure))
                .mapToDouble(line -> line.get(figure).asDouble())
                .reduce((earlier, later) -> later)
                .orElseThrow(() -> new IllegalStateException("the rival printed no '%s'".formatted(figure)));
    }
}
