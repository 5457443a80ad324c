package dev.assay.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import dev.assay.InvalidModelException;
import dev.assay.ir.Model;
import dev.assay.onnx.proto.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads ONNX models of IR version 3 to 13 and opset 7 or newer, whatever their operators; what Assay can do with those
 * is judged later.
 *
 * <p>Any bytes may be handed in: time and memory stay in proportion to their number, and what is not a sound model ends
 * in an {@link InvalidModelException}.
 */
public final class OnnxReader {
    private OnnxReader() {}

    /**
     * Reads a model file. Tensor data that lies in other files is memory-mapped from the model's folder, and from
     * nowhere else; those files must not change while the model is in use.
     *
     * @throws InvalidModelException if the file cannot be read or is not a sound model
     */
    public static Model read(Path path) {
        Place place = Place.file(path.toString());
        return decode(content(path, place), ExternalFiles.beside(path), place);
    }

    /**
     * Reads a model from bytes, which are not copied and must not change afterwards.
     *
     * @param place what messages call the model
     * @throws InvalidModelException if the bytes are not a sound model, or refer to external files
     */
    public static Model read(byte[] model, String place) {
        return decode(model, ExternalFiles.none(), Place.file(place));
    }

    /** The files beside a model that {@link #read(Path)} maps, sorted. */
    static List<Path> externalFiles(Path path) {
        Place place = Place.file(path.toString());
        ExternalFiles files = ExternalFiles.beside(path);
        decode(content(path, place), files, place);
        return files.used();
    }

    private static byte[] content(Path path, Place place) {
        if (!Files.exists(path)) {
            throw place.invalid("no such file");
        }
        if (!Files.isRegularFile(path)) {
            throw place.invalid("expected an ONNX file, got a %s", Files.isDirectory(path) ? "directory" : "device");
        }
        try {
            long size = Files.size(path);
            if (size > Integer.MAX_VALUE) {
                throw place.invalid("a model file must be below 2 GB, got %d bytes: use external data", size);
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new InvalidModelException(place + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static Model decode(byte[] bytes, ExternalFiles files, Place place) {
        if (bytes.length == 0) {
            throw place.invalid("expected an ONNX model, got an empty file");
        }
        ModelProto proto;
        try {
            CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
            input.enableAliasing(true);
            proto = ModelProto.parseFrom(input);
            input.checkLastTagWas(0);
        } catch (IOException e) {
            String found = FileKind.guess(bytes).orElse("a damaged or cut-off file (" + e.getMessage() + ")");
            throw new InvalidModelException(place + ": expected an ONNX model, got " + found, e);
        }
        if (!proto.hasIrVersion() || !proto.hasGraph()) {
            String found = FileKind.guess(bytes).orElse("a file without IR version or graph");
            throw place.invalid("expected an ONNX model, got %s", found);
        }
        return new ModelDecoder(files).model(proto, place);
    }
}
