package dev.assay.fidelity;

import dev.assay.data.ImageSet;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import javax.imageio.ImageIO;

/** Images as text. */
final class Png {
    private Png() {}

    /** An image as PNG file in base64. */
    static String base64(ImageSet images, int image) {
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
}
