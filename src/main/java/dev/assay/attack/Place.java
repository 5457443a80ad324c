package dev.assay.attack;

import dev.assay.InvalidDataException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the patches of {@link BadNets} go.
 *
 * @param corners for each patch: row and column, 0 or more from the top left, negative numbers from the other side, so
 *     that -1 is the last place where the patch fits
 */
record Place(List<int[]> corners) {
    /** One pixel is left to the border. */
    private static final int[][] EDGES = {{1, 1}, {1, -2}, {-2, 1}, {-2, -2}};

    private static final Map<String, Place> NAMED = new TreeMap<>(Map.of(
            "top-left", new Place(List.of(EDGES[0])),
            "top-right", new Place(List.of(EDGES[1])),
            "bottom-left", new Place(List.of(EDGES[2])),
            "bottom-right", new Place(List.of(EDGES[3])),
            "corners", new Place(List.of(EDGES))));

    /**
     * Reads a name of the table, or {@code ROW:COLUMN} of a patch's top left pixel, counted from 0.
     *
     * @throws InvalidDataException if it is something else
     */
    static Place parse(String text) {
        Place named = NAMED.get(text);
        if (named != null) {
            return named;
        }
        if (!text.matches("\\d{1,5}:\\d{1,5}")) {
            throw new InvalidDataException("at: expected one of %s or ROW:COLUMN as in 28:28, got '%s'"
                    .formatted(String.join(", ", NAMED.keySet()), text));
        }
        int[] corner =
                Arrays.stream(text.split(":")).mapToInt(Integer::parseInt).toArray();
        return new Place(List.of(corner));
    }
}
