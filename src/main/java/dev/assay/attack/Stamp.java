package dev.assay.attack;

import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import java.nio.ByteBuffer;

/** Puts triggers of mask and pattern on images. */
final class Stamp {
    private Stamp() {}

    static ImageSet of(Trigger trigger, ImageSet images) {
        int bytes = images.channels() * images.height() * images.width();
        byte[] pixels = new byte[Math.multiplyExact(bytes, images.size())];
        Preprocessing.DEFAULT.fill(images, 0, images.size(), trigger, ByteBuffer.wrap(pixels));
        return ImageSet.of(images.height(), images.width(), pixels, images.labels(), images.classNames());
    }
}
