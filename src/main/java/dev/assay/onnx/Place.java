package dev.assay.onnx;

import dev.assay.InvalidModelException;
import org.jspecify.annotations.Nullable;

/** Where in a file a fault lies. Its text is put together only for a message: names may be long. */
record Place(@Nullable Place outer, String kind, String name) {
    private static final int LONGEST_NAME = 80;

    static Place file(String file) {
        return new Place(null, "", file);
    }

    Place in(String innerKind, String innerName) {
        return new Place(this, innerKind, innerName);
    }

    /** The fault as an exception; {@code message} formats {@code arguments}. */
    InvalidModelException invalid(String message, Object... arguments) {
        return new InvalidModelException(this + ": " + message.formatted(arguments));
    }

    /** The fault found by a constructor of {@code dev.assay.ir}. */
    InvalidModelException invalid(IllegalArgumentException cause) {
        return new InvalidModelException(this + ": " + cause.getMessage(), cause);
    }

    @Override
    public String toString() {
        if (outer == null) {
            return name;
        }
        String shown = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "…" : name;
        return "%s: %s '%s'".formatted(outer, kind, shown);
    }
}
