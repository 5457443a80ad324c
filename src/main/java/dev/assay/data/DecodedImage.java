package dev.assay.data;

import dev.assay.InvalidDataException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * One image file as 8-bit planar RGB with its alpha, read as training code reads it: stored samples as they are, without
 * applying colour profiles, gamma or EXIF orientation. Grey is repeated in all three channels; of 16-bit samples the
 * high byte is kept; of several frames the first is taken. Colours under transparency stay as stored and are not
 * blended with anything, as with OpenCV's {@code IMREAD_COLOR} and Pillow's {@code convert("RGB")}.
 */
final class DecodedImage {
    private final ImageSize size;
    private final byte[] rgb;
    private final byte[] alpha;

    private DecodedImage(ImageSize size, byte[] rgb, byte[] alpha) {
        this.size = size;
        this.rgb = rgb;
        this.alpha = alpha;
    }

    /**
     * Decodes PNG, JPEG, GIF, BMP, PPM and whatever else ImageIO has a reader for.
     *
     * @throws InvalidDataException if the file is missing, no image, damaged, too large or not grey or RGB
     */
    static DecodedImage read(Path file) {
        BufferedImage image = decode(file, DataFiles.bytes(file));
        ColorModel model = image.getColorModel();
        // getRGB would brighten grey images: Java takes their colour space for a linear one.
        return model instanceof ComponentColorModel ? ofSamples(file, image) : ofColours(image);
    }

    private static BufferedImage decode(Path file, byte[] content) {
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
            if (!readers.hasNext()) {
                throw new InvalidDataException(file + ": expected an image (PNG, JPEG, PPM, BMP, GIF), got another kind"
                        + " of file; remove it or convert it");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(stream);
                return decode(file, reader);
            } finally {
                reader.dispose();
            }
        } catch (IOException e) {
            throw damaged(file, e);
        }
    }

    private static BufferedImage decode(Path file, ImageReader reader) throws IOException {
        try {
            ImageSize.of(reader.getHeight(0), reader.getWidth(0), file);
            List<String> warnings = new ArrayList<>();
            reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
            BufferedImage image = reader.read(0);
            if (!warnings.isEmpty()) {
                // A JPEG cut short is only worth a warning to ImageIO, which fills the rest with grey.
                throw new InvalidDataException("%s: expected an image, got a damaged one (%s); copy it again whole"
                        .formatted(file, warnings.get(0)));
            }
            return image;
        } catch (IndexOutOfBoundsException | IllegalArgumentException | NegativeArraySizeException e) {
            // Some ImageIO readers meet damaged files with these instead of an IOException.
            throw damaged(file, e);
        }
    }

    private static InvalidDataException damaged(Path file, Exception cause) {
        return new InvalidDataException(
                "%s: expected an image, got a damaged one (%s); copy it again whole".formatted(file, cause), cause);
    }

    private static DecodedImage ofSamples(Path file, BufferedImage image) {
        ColorModel model = image.getColorModel();
        int colours = model.getNumColorComponents();
        int bits = model.getComponentSize(0);
        int family = model.getColorSpace().getType();
        if ((family != ColorSpace.TYPE_RGB && family != ColorSpace.TYPE_GRAY) || (bits != 8 && bits != 16)) {
            throw new InvalidDataException(
                    "%s: expected grey or RGB of 8 or 16 bits, got %d channels of %d bits; convert it"
                            .formatted(file, colours, bits));
        }
        ImageSize size = new ImageSize(image.getHeight(), image.getWidth());
        byte[] rgb = new byte[size.bytes()];
        byte[] alpha = opaque(size);
        Raster raster = image.getRaster();
        for (int i = 0; i < size.plane(); i++) {
            int row = i / size.width();
            int column = i % size.width();
            for (int channel = 0; channel < ImageSet.CHANNELS; channel++) {
                int sample = raster.getSample(column, row, colours == 1 ? 0 : channel);
                rgb[channel * size.plane() + i] = (byte) (sample >> (bits - 8));
            }
            if (model.hasAlpha()) {
                alpha[i] = (byte) (raster.getSample(column, row, colours) >> (bits - 8));
            }
        }
        return new DecodedImage(size, rgb, alpha);
    }

    /** For palettes and packed pixels. */
    private static DecodedImage ofColours(BufferedImage image) {
        ImageSize size = new ImageSize(image.getHeight(), image.getWidth());
        byte[] rgb = new byte[size.bytes()];
        byte[] alpha = opaque(size);
        for (int i = 0; i < size.plane(); i++) {
            int argb = image.getRGB(i % size.width(), i / size.width());
            rgb[i] = (byte) (argb >> 16);
            rgb[size.plane() + i] = (byte) (argb >> 8);
            rgb[2 * size.plane() + i] = (byte) argb;
            alpha[i] = (byte) (argb >> 24);
        }
        return new DecodedImage(size, rgb, alpha);
    }

    private static byte[] opaque(ImageSize size) {
        byte[] alpha = new byte[size.plane()];
        Arrays.fill(alpha, (byte) 0xFF);
        return alpha;
    }

    ImageSize size() {
        return size;
    }

    /** Writes the pixels {@code [3, H, W]}, resampled where {@code wanted} differs, at {@code offset}. */
    void copyTo(byte[] target, int offset, ImageSize wanted) {
        if (wanted.equals(size)) {
            System.arraycopy(rgb, 0, target, offset, rgb.length);
        } else {
            new Bilinear(size, wanted).resize(rgb, 0, target, offset);
        }
    }

    /** {@code [3, H, W]}, not copied. */
    byte[] rgb() {
        return rgb;
    }

    /** {@code [H, W]}, 255 where opaque, not copied. */
    byte[] alpha() {
        return alpha;
    }
}
