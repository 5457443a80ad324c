package dev.assay;

import java.util.Arrays;
import java.util.Random;

/** Damage as files come to: a bit flipped, the end cut off, a stretch copied elsewhere, a few bytes set. */
public final class Mutations {
    private Mutations() {}

    /** A damaged copy. */
    public static byte[] of(byte[] valid, Random random) {
        byte[] bytes = valid.clone();
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(4)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes = Arrays.copyOf(bytes, at);
            case 2 -> {
                int length = random.nextInt(bytes.length - at);
                System.arraycopy(valid, random.nextInt(bytes.length - length), bytes, at, length);
            }
            default -> Arrays.fill(bytes, at, Math.min(at + 1 + random.nextInt(5), bytes.length), (byte) 0xFF);
        }
        return bytes;
    }
}
