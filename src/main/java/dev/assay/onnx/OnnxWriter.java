package dev.assay.onnx;

import dev.assay.InvalidModelException;
import dev.assay.OutputException;
import dev.assay.ir.Model;
import dev.assay.ir.Tensor;
import dev.assay.onnx.proto.ModelProto;
import dev.assay.onnx.proto.TensorProto;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes ONNX models. A model that was read and not edited is written back byte for byte, but for external data, which
 * goes into the file unless a method says otherwise.
 */
public final class OnnxWriter {
    private OnnxWriter() {}

    /**
     * The model as one file's bytes, external data included.
     *
     * @throws InvalidModelException if that comes to 2 GB or more, which protobuf cannot hold
     */
    public static byte[] toBytes(Model model) {
        return inlined(model).toByteArray();
    }

    /**
     * The same, but for the data of some initializers, which whoever loads the model gives it from memory: they refer to an
     * external file that there is not.
     *
     * @param given names of initializers
     */
    public static byte[] toBytesWithout(Set<String> given, Model model) {
        Set<Tensor> without = Collections.newSetFromMap(new IdentityHashMap<>());
        given.forEach(name -> without.add(model.graph().constant(name).orElseThrow()));
        ModelEncoder encoder = new ModelEncoder(
                tensor -> without.contains(tensor) ? TensorCodec.encodeGiven(tensor) : TensorCodec.encode(tensor));
        return checked(encoder.model(model)).toByteArray();
    }

    /**
     * Writes the model, external data included, as one file: whole or not at all. A file already there is replaced.
     *
     * @throws InvalidModelException if the model comes to 2 GB or more, which protobuf cannot hold
     * @throws OutputException if the file cannot be written
     */
    public static void write(Model model, Path path) {
        write(inlined(model), path);
    }

    /**
     * Writes the model, whole or not at all, leaving external data in the files it was read from: {@code path} must lie
     * in the folder that the model was read from.
     *
     * @throws InvalidModelException if the external files do not hold the model's data when sought from {@code path}, or
     *     if the model without them comes to 2 GB or more
     * @throws OutputException if the file cannot be written
     */
    public static void writeKeepingExternalData(Model model, Path path) {
        Place place = Place.file(path.toString());
        ExternalFiles files = ExternalFiles.beside(path);
        ModelProto proto = new ModelEncoder(tensor -> reference(tensor, files, place)).model(model);
        write(checked(proto), path);
    }

    private static TensorProto.Builder reference(Tensor tensor, ExternalFiles files, Place place) {
        if (tensor.storage() != Tensor.Storage.EXTERNAL) {
            return TensorCodec.encode(tensor);
        }
        TensorProto.Builder proto = TensorCodec.encodeReference(tensor);
        Place at = place.in("tensor", proto.getName());
        if (!files.read(proto.getExternalDataList(), tensor.bytes().remaining(), at)
                .equals(tensor.bytes())) {
            throw at.invalid("the external file in this folder must hold the model's data, got other data");
        }
        return proto;
    }

    /** Counts before it encodes: external data that cannot go into one file is not brought into memory either. */
    private static ModelProto inlined(Model model) {
        AtomicLong data = new AtomicLong();
        ModelEncoder counting = new ModelEncoder(tensor -> {
            data.addAndGet(tensor.bytes().remaining());
            return TensorCodec.encodeReference(tensor);
        });
        requireBelowLimit(counting.model(model).getSerializedSize() + data.get());
        return checked(new ModelEncoder(TensorCodec::encode).model(model));
    }

    /** Protobuf's int sizes wrap above 2 GB; a model is too small to wrap twice. */
    private static ModelProto checked(ModelProto proto) {
        requireBelowLimit(Integer.toUnsignedLong(proto.getSerializedSize()));
        return proto;
    }

    private static void requireBelowLimit(long bytes) {
        if (bytes > Integer.MAX_VALUE) {
            throw new InvalidModelException(
                    "a model in one file must be below 2 GB, got %d bytes: keep its data external".formatted(bytes));
        }
    }

    private static void write(ModelProto proto, Path path) {
        Path target = path.toAbsolutePath();
        Path unfinished = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            try (FileChannel channel =
                    FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                OutputStream output = new BufferedOutputStream(Channels.newOutputStream(channel));
                proto.writeTo(output);
                output.flush();
                channel.force(true);
                Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(unfinished);
            }
        } catch (IOException e) {
            throw new OutputException(path + ": cannot be written: " + e.getMessage(), e);
        }
    }
}
