package dev.assay.onnx;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;

/** Questions about fields by their descriptors. */
final class Fields {
    private Fields() {}

    /** Whether a field is there; a repeated one, whether it has elements. */
    static boolean isFilled(Message message, FieldDescriptor field) {
        return field.isRepeated() ? message.getRepeatedFieldCount(field) > 0 : message.hasField(field);
    }
}
