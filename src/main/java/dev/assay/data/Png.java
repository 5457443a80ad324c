package dev.assay.data;

import dev.assay.InvalidDataException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;

/** Images as text: PNG files in base64. */
public final class Png {
    private Png() {}

    /** An image as PNG file in base64. */
    public static String base64(ImageSet images, int image) {
        ByteBuffer pixels = images.image(image);
        int plane = images.height() * images.width();
        BufferedImage picture = new BufferedImage(images.width(), images.height(), BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < plane; pixel++) {
            int red = pixels.get(pixel) & 0xFF;
            int green = pixels.get(plane + pixel) & 0xFF;
            int blue = pixels.get(2 * plane + pixel) & 0xFF;
            picture.setRGB(pixel % images.width(), pixel / images.width(), red << 16 | green << 8 | blue);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(picture, "png", file)) {
                throw new IllegalStateException("every Java platform writes PNG");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(file.toByteArray());
    }

    /** The same for pixels {@code [3, height, width]}, shares from 0 to 1 that are rounded to levels. */
    static String base64(float[] shares, int height, int width) {
        byte[] pixels = new byte[shares.length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) Math.round(ImageSet.MAX_LEVEL * shares[i]);
        }
        return base64(ImageSet.of(height, width, pixels, new int[1], List.of()), 0);
    }

    /**
     * What {@link #base64(float[], int, int)} wrote.
     *
     * @throws InvalidDataException if the text is something else
     */
    static Levels read(String base64, String place) {
        try {
            BufferedImage picture =
                    ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
            if (picture == null) {
                throw new InvalidDataException(place + ": expected a PNG file in base64, got something else");
            }
            return new Levels(picture);
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidDataException(place + ": expected a PNG file in base64: " + e.getMessage(), e);
        }
    }

    /** The levels of a picture. */
    static final class Levels {
        private final BufferedImage picture;

        Levels(BufferedImage picture) {
            this.picture = picture;
        }

        ImageSize size() {
            return ImageSize.of(picture.getHeight(), picture.getWidth(), "picture");
        }

        /** {@code [channels, height, width]}, shares from 0 to 1: the first channels of red, green and blue. */
        float[] shares(int channels) {
            int width = picture.getWidth();
            int plane = size().plane();
            float[] shares = new float[channels * plane];
            for (int i = 0; i < shares.length; i++) {
                int pixel = i % plane;
                int rgb = picture.getRGB(pixel % width, pixel / width);
                shares[i] = (rgb >> (16 - 8 * (i / plane)) & 0xFF) / (float) ImageSet.MAX_LEVEL;
            }
            return shares;
        }
    }
}
