package dev.assay.data;

import dev.assay.InvalidDataException;
import dev.assay.OutputException;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** NumPy's {@code .npy} files, versions 1.0 and 2.0: little-endian float32, float64, int64 and uint8 in C order. */
public final class Npy {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    /** Magic, version (2 bytes) and the length of the header in version 1.0 (2 bytes). */
    private static final int PREFIX = MAGIC.length + 4;
    /** The array starts at a multiple of this. */
    private static final int ALIGNMENT = 64;
    /** NumPy writes headers of a few hundred bytes; a longer one is damage. */
    private static final int MAX_HEADER = 1 << 16;

    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern FORTRAN_ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE =
            Pattern.compile("'shape'\\s*:\\s*\\(\\s*((?:\\d{1,18}\\s*,\\s*)*(?:\\d{1,18})?)\\s*\\)");

    private static final Map<String, DataType> TYPES =
            Map.of("<f4", DataType.FLOAT, "<f8", DataType.DOUBLE, "<i8", DataType.INT64, "|u1", DataType.UINT8);
    private static final Map<DataType, String> DESCRS =
            TYPES.entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

    private Npy() {}

    /**
     * The array of a file, with its type and shape.
     *
     * @throws InvalidDataException if the file is missing, damaged, longer or shorter than its shape says, or of
     *     another version, type or order
     */
    public static Tensor read(Path file) {
        ByteBuffer content = ByteBuffer.wrap(DataFiles.bytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        String header = header(file, content);
        String descr = field(file, header, DESCR);
        DataType type = TYPES.get(descr);
        if (type == null) {
            throw new InvalidDataException("%s: expected dtype %s, got '%s'; save with .astype(numpy.float32)"
                    .formatted(file, new TreeSet<>(TYPES.keySet()), descr));
        }
        if (field(file, header, FORTRAN_ORDER).equals("True")) {
            throw new InvalidDataException(
                    file + ": expected C order, got Fortran order; save with numpy.ascontiguousarray");
        }
        long[] dims = Arrays.stream(field(file, header, SHAPE).split(","))
                .map(String::strip)
                .filter(dim -> !dim.isEmpty())
                .mapToLong(Long::parseLong)
                .toArray();
        try {
            return Tensor.of(type, dims, content.slice(), Tensor.Storage.RAW, Bytes.EMPTY);
        } catch (IllegalArgumentException e) {
            throw new InvalidDataException("%s: damaged array: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** Reads up to the array and returns the text that describes it. */
    private static String header(Path file, ByteBuffer content) {
        if (content.remaining() < PREFIX || content.slice(0, MAGIC.length).mismatch(ByteBuffer.wrap(MAGIC)) >= 0) {
            throw new InvalidDataException(file + ": expected a .npy file, got another kind of file");
        }
        content.position(MAGIC.length);
        int major = content.get();
        int minor = content.get();
        if ((major != 1 && major != 2) || minor != 0) {
            throw new InvalidDataException(
                    "%s: expected .npy version 1.0 or 2.0, got %d.%d".formatted(file, major, minor));
        }
        if (major == 2 && content.remaining() < Integer.BYTES) {
            throw new InvalidDataException(file + ": damaged header: got the end of the file");
        }
        long length = major == 1 ? content.getShort() & 0xFFFFL : content.getInt() & 0xFFFF_FFFFL;
        if (length > Math.min(MAX_HEADER, content.remaining())) {
            throw new InvalidDataException("%s: expected a header of at most %d bytes, got %d"
                    .formatted(file, Math.min(MAX_HEADER, content.remaining()), length));
        }
        byte[] header = new byte[(int) length];
        content.get(header);
        return new String(header, StandardCharsets.ISO_8859_1);
    }

    private static String field(Path file, String header, Pattern field) {
        Matcher matcher = field.matcher(header);
        if (!matcher.find()) {
            throw new InvalidDataException("%s: header: expected %s, got %s".formatted(file, field, header.strip()));
        }
        return matcher.group(1);
    }

    /**
     * Writes an array in version 1.0, over any file that is there.
     *
     * @throws IllegalArgumentException if the type is not FLOAT, DOUBLE, INT64 or UINT8
     * @throws OutputException if the file cannot be written
     */
    public static void write(Path file, Tensor array) {
        String descr = DESCRS.get(array.type());
        if (descr == null) {
            throw new IllegalArgumentException("no .npy for a tensor of " + array.type());
        }
        String dims = Arrays.stream(array.dims()).mapToObj(Long::toString).collect(Collectors.joining(", "));
        String shape = array.rank() == 1 ? dims + "," : dims;
        String text = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(descr, shape);
        int padding = Math.floorMod(-(PREFIX + text.length() + 1), ALIGNMENT);
        String header = text + " ".repeat(padding) + "\n";
        ByteBuffer start = ByteBuffer.allocate(PREFIX + header.length()).order(ByteOrder.LITTLE_ENDIAN);
        start.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) header.length());
        start.put(header.getBytes(StandardCharsets.ISO_8859_1)).flip();
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            writeFully(channel, start);
            writeFully(channel, array.bytes());
        } catch (IOException e) {
            throw new OutputException("%s: cannot be written: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
