package dev.assay.audit;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdScalarSerializer;

/**
 * Figures in JSON, which knows neither NaN nor infinities: both become null, and null becomes NaN where a figure must
 * stand (a {@code double}, and an element of a list or map). A nullable {@code Double} stays null.
 */
public final class FigureModule extends SimpleModule {
    private static final long serialVersionUID = 1L;

    /** Makes the module. */
    public FigureModule() {
        super("figures");
        addSerializer(double.class, new Writer());
        addSerializer(Double.class, new Writer());
        addDeserializer(double.class, new Reader(double.class, Double.NaN));
        addDeserializer(Double.class, new Reader(Double.class, null));
    }

    private static final class Writer extends StdScalarSerializer<Double> {
        Writer() {
            super(Double.class);
        }

        @Override
        public void serialize(Double value, JsonGenerator generator, SerializationContext context) {
            if (Double.isFinite(value)) {
                generator.writeNumber(value);
            } else {
                generator.writeNull();
            }
        }
    }

    private static final class Reader extends StdScalarDeserializer<Double> {
        private final @Nullable Double nullValue;

        Reader(Class<?> type, @Nullable Double nullValue) {
            super(type);
            this.nullValue = nullValue;
        }

        @Override
        public Double deserialize(JsonParser parser, DeserializationContext context) {
            return _parseDoublePrimitive(parser, context);
        }

        @Override
        public @Nullable Object getNullValue(DeserializationContext context) {
            return nullValue;
        }

        /** What lists and maps put in the place of null: see {@code Nulls.AS_EMPTY} in {@link AuditJson}. */
        @Override
        public Object getEmptyValue(DeserializationContext context) {
            return Double.NaN;
        }
    }
}
