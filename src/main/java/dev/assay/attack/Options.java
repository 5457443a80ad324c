package dev.assay.attack;

import dev.assay.InvalidDataException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The options of an attack as text, each read once; what is left over was misspelt. */
final class Options {
    private final Map<String, String> given = new TreeMap<>();
    private final Set<String> known = new TreeSet<>();

    /** Reads {@code key=value,key=value}; empty for none. */
    static Options parse(String text) {
        Options options = new Options();
        for (String option : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            int equals = option.indexOf('=');
            if (equals < 1 || equals == option.length() - 1) {
                throw new InvalidDataException("expected key=value,key=value, got '%s'".formatted(option));
            }
            String key = option.substring(0, equals);
            if (options.given.put(key, option.substring(equals + 1)) != null) {
                throw new InvalidDataException(key + ": expected it once, got it twice");
            }
        }
        return options;
    }

    String text(String key, String otherwise) {
        known.add(key);
        String text = given.remove(key);
        return text == null ? otherwise : text;
    }

    /** A whole number from 0. */
    int whole(String key, int otherwise) {
        String text = text(key, Integer.toString(otherwise));
        if (!text.matches("\\d{1,9}")) {
            throw new InvalidDataException("%s: expected a whole number from 0, got '%s'".formatted(key, text));
        }
        return Integer.parseInt(text);
    }

    double number(String key, double otherwise) {
        String text = text(key, Double.toString(otherwise));
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new InvalidDataException("%s: expected a number, got '%s'".formatted(key, text), e);
        }
    }

    void requireNoneLeft() {
        if (!given.isEmpty()) {
            throw new InvalidDataException(
                    "expected only the options %s, got %s".formatted(String.join(", ", known), given.keySet()));
        }
    }

    static void requireTargetAndRate(int target, double rate) {
        if (target < 0) {
            throw new InvalidDataException("target: expected a class from 0, got " + target);
        }
        requireShare("rate", rate);
    }

    static void requireShare(String key, double share) {
        if (!(share > 0 && share <= 1)) {
            throw new InvalidDataException("%s: expected a share above 0 and up to 1, got %s".formatted(key, share));
        }
    }
}
