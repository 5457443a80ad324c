package dev.assay.data;

import dev.assay.InvalidDataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An object in a JSON file, read key by key; failures name the file and the key. A key with null counts as absent. */
record JsonObject(String place, JsonNode node) {
    /** The object that is the whole file. */
    static JsonObject read(Path file) {
        byte[] content = DataFiles.bytes(file);
        try {
            return ofNode(file.toString(), JsonMapper.shared().readTree(content));
        } catch (JacksonException e) {
            throw new InvalidDataException("%s: expected JSON: %s".formatted(file, e.getOriginalMessage()), e);
        }
    }

    private static JsonObject ofNode(String place, JsonNode node) {
        if (!node.isObject()) {
            throw new InvalidDataException("%s: expected an object, got %s".formatted(place, node));
        }
        return new JsonObject(place, node);
    }

    boolean has(String key) {
        return node.hasNonNull(key);
    }

    /** Refuses any key but these: a misspelt one would be overlooked. */
    JsonObject allowingOnly(String... keys) {
        Set<String> unknown = new TreeSet<>(node.propertyNames());
        unknown.removeAll(List.of(keys));
        if (!unknown.isEmpty()) {
            throw new InvalidDataException(
                    "%s: expected only the keys %s, got %s".formatted(place, String.join(", ", keys), unknown));
        }
        return this;
    }

    JsonObject object(String key) {
        return ofNode(at(key), node.path(key));
    }

    List<JsonObject> objects(String key) {
        List<JsonObject> objects = new ArrayList<>();
        for (JsonNode element : array(key)) {
            objects.add(ofNode("%s[%d]".formatted(at(key), objects.size()), element));
        }
        return objects;
    }

    String text(String key) {
        JsonNode value = node.path(key);
        if (!value.isString()) {
            throw unexpected(key, "a text");
        }
        return value.stringValue();
    }

    boolean flag(String key) {
        JsonNode value = node.path(key);
        if (!value.isBoolean()) {
            throw unexpected(key, "true or false");
        }
        return value.booleanValue();
    }

    /** A whole number from 0. */
    int count(String key) {
        JsonNode value = node.path(key);
        if (!value.isInt() || value.intValue() < 0) {
            throw unexpected(key, "a whole number from 0");
        }
        return value.intValue();
    }

    double number(String key) {
        JsonNode value = node.path(key);
        if (!value.isNumber()) {
            throw unexpected(key, "a number");
        }
        return value.doubleValue();
    }

    /** An array of {@code length} numbers. */
    List<Double> numbers(String key, int length) {
        List<Double> numbers = new ArrayList<>();
        for (JsonNode element : array(key)) {
            if (!element.isNumber()) {
                throw unexpected(key, "numbers");
            }
            numbers.add(element.doubleValue());
        }
        if (numbers.size() != length) {
            throw unexpected(key, length + " numbers");
        }
        return numbers;
    }

    private JsonNode array(String key) {
        JsonNode value = node.path(key);
        if (!value.isArray()) {
            throw unexpected(key, "an array");
        }
        return value;
    }

    private String at(String key) {
        return place + ": '" + key + "'";
    }

    InvalidDataException unexpected(String key, String expected) {
        String got = node.has(key) ? node.path(key).toString() : "nothing";
        return new InvalidDataException("%s: expected %s, got %s".formatted(at(key), expected, got));
    }
}
