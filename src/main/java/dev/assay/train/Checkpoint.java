package dev.assay.train;

import dev.assay.InvalidDataException;
import dev.assay.OutputException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * A training between two epochs, in a file: all that the rest of it depends on.
 *
 * @param run what was trained on what and how, as a digest: a checkpoint continues the same training only
 * @param history the epochs done
 * @param arrays parameters, running statistics and the optimizer's state
 */
record Checkpoint(String run, List<Epoch> history, List<float[]> arrays) {
    private static final int MAGIC = 0x41_53_43_31;

    Checkpoint {
        history = List.copyOf(history);
        arrays = List.copyOf(arrays);
    }

    /**
     * Writes the file whole or not at all; one already there is replaced.
     *
     * @throws OutputException if it cannot be written
     */
    void write(Path file) {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            try {
                writeTo(partial);
                Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            throw new OutputException(file + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private void writeTo(Path file) throws IOException {
        CRC32 sum = new CRC32();
        try (DataOutputStream out = new DataOutputStream(
                new CheckedOutputStream(new BufferedOutputStream(Files.newOutputStream(file)), sum))) {
            out.writeInt(MAGIC);
            out.writeUTF(run);
            out.writeInt(history.size());
            for (Epoch epoch : history) {
                out.writeDouble(epoch.loss());
                out.writeDouble(epoch.accuracy());
                out.writeDouble(epoch.imagesPerSecond());
            }
            for (float[] array : arrays) {
                for (float value : array) {
                    out.writeFloat(value);
                }
            }
            out.writeLong(sum.getValue());
        }
    }

    /**
     * Reads a checkpoint of a training.
     *
     * @param run what the training's own digest is
     * @param arrays filled with what the file holds
     * @return the epochs done
     * @throws InvalidDataException if it is of another training, or damaged: then the arrays may be changed
     */
    static List<Epoch> read(Path file, String run, List<float[]> arrays) {
        CRC32 sum = new CRC32();
        try (CheckedInputStream checked =
                        new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file)), sum);
                DataInputStream in = new DataInputStream(checked)) {
            if (in.readInt() != MAGIC) {
                throw new InvalidDataException(file + ": expected a checkpoint of Assay, got something else");
            }
            if (!in.readUTF().equals(run)) {
                throw new InvalidDataException(file
                        + ": expected a checkpoint of this training, got one with other data, settings or threads;"
                        + " train without --resume to start over");
            }
            List<Epoch> history = history(in);
            for (float[] array : arrays) {
                for (int i = 0; i < array.length; i++) {
                    array[i] = in.readFloat();
                }
            }
            long expected = sum.getValue();
            if (in.readLong() != expected) {
                throw new InvalidDataException(
                        file + ": expected the checksum of its content, got another: the file is damaged;"
                                + " train without --resume to start over");
            }
            return history;
        } catch (IOException e) {
            throw new InvalidDataException(file + ": cannot be read as a checkpoint: " + e, e);
        }
    }

    private static List<Epoch> history(DataInputStream in) throws IOException {
        List<Epoch> history = new ArrayList<>();
        int epochs = in.readInt();
        for (int i = 0; i < epochs; i++) {
            history.add(new Epoch(i, in.readDouble(), in.readDouble(), in.readDouble()));
        }
        return history;
    }
}
