package dev.assay.audit;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.assay.InvalidDataException;
import dev.assay.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Audit results as JSON: {@code audit.json}, described by the resource {@code audit.schema.json}.
 *
 * <p>Keys stand in the order of the records' components, keys of maps in alphabetical order, and every key is always
 * present: null where there is nothing. A figure that is NaN or infinite becomes null and is read back as NaN. All
 * other figures are written in the shortest form that reads back as the same number.
 */
public final class AuditJson {
    private static final JsonSetter.Value NULL_ELEMENT_IS_NAN = JsonSetter.Value.forContentNulls(Nulls.AS_EMPTY);
    /** Also writes and reads the requests and results of tasks. */
    static final JsonMapper MAPPER = mapper();

    private AuditJson() {}

    /** Returns a result, of one audit or of several, as text that ends with a newline. */
    public static String toJson(Record result) {
        return MAPPER.writeValueAsString(result) + "\n";
    }

    /**
     * Writes a result, of one audit or of several, whole or not at all.
     *
     * @throws OutputException if the file cannot be written
     */
    public static void write(Record result, Path file) {
        WholeFile.write(file, toJson(result));
    }

    /**
     * Reads a result.
     *
     * @throws InvalidDataException if the file is unreadable, is not a result, or has another version of the format
     */
    public static AuditResult read(Path file) {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new InvalidDataException(file + ": cannot be read: " + e, e);
        }
    }

    private static AuditResult parse(String place, String json) {
        try {
            int schema = MAPPER.readTree(json).path("schema").asInt(0);
            if (schema != AuditResult.SCHEMA) {
                throw new InvalidDataException("%s: expected an audit result of schema %d, got %s; run the audit again"
                        .formatted(place, AuditResult.SCHEMA, schema == 0 ? "none" : schema));
            }
            return MAPPER.readValue(json, AuditResult.class);
        } catch (JacksonException e) {
            throw new InvalidDataException(
                    "%s:%d: not an audit result: %s; run the audit again"
                            .formatted(place, e.getLocation().getLineNr(), withoutInternals(e.getOriginalMessage())),
                    e);
        }
    }

    /** Jackson's message up to where it begins to speak of classes and settings. */
    private static String withoutInternals(String message) {
        return message.split("\\s*[(;\\n]", 2)[0];
    }

    private static JsonMapper mapper() {
        JsonFactory factory = JsonFactory.builder()
                .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                .build();
        return JsonMapper.builder(factory)
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .enable(SerializationFeature.INDENT_OUTPUT, SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .defaultPrettyPrinter(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")))
                .enable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .withConfigOverride(List.class, config -> config.setNullHandling(NULL_ELEMENT_IS_NAN))
                .withConfigOverride(Map.class, config -> config.setNullHandling(NULL_ELEMENT_IS_NAN))
                .addModule(new FigureModule())
                .build();
    }
}
