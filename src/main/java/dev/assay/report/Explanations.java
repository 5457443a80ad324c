package dev.assay.report;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** What each figure means, from {@code explanations.md}: a key as heading, then one or two sentences. */
final class Explanations {
    private static final Map<String, String> BY_KEY = Arrays.stream(
                    Resources.text("/dev/assay/report/explanations.md").split("(?m)^## "))
            .skip(1)
            .map(entry -> entry.split("\n", 2))
            .collect(Collectors.toUnmodifiableMap(
                    entry -> entry[0].strip(), entry -> entry[1].strip().replace('\n', ' ')));

    private Explanations() {}

    /** Returns the explanation, as plain text in one line. */
    static String of(String key) {
        String text = BY_KEY.get(key);
        if (text == null) {
            throw new IllegalArgumentException("explanations.md has no '## " + key + "'");
        }
        return text;
    }

    /** Returns what a defense does, from the heading {@code defense-<id>}. */
    static String ofDefense(String id) {
        return BY_KEY.getOrDefault("defense-" + id, of("defense-other"));
    }
}
