package dev.assay.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.assay.ir.Bytes;

/** Messages as the opaque {@code rest} of objects, and back. */
final class Rest {
    private Rest() {}

    static Bytes of(Message.Builder message) {
        return Bytes.of(message.buildPartial().toByteArray());
    }

    /** Fills an empty builder with what {@link #of} made. */
    static <B extends Message.Builder> B into(B empty, Bytes rest) {
        if (!rest.isEmpty()) {
            try {
                empty.mergeFrom(rest.toArray());
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalArgumentException("this rest belongs to another kind of object", e);
            }
        }
        return empty;
    }

    static Bytes bytes(ByteString string) {
        return Bytes.of(string.toByteArray());
    }

    static ByteString string(Bytes bytes) {
        return ByteString.copyFrom(bytes.toArray());
    }
}
