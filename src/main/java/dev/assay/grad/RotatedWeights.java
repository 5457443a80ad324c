package dev.assay.grad;

import dev.assay.ir.Tensor;

/** Convolution weights turned into those of the convolution that goes backwards. */
final class RotatedWeights {
    private RotatedWeights() {}

    /** From {@code [M, C/group, k…]} to {@code [C, M/group, k…]}, each kernel read backwards along every axis. */
    static Tensor of(Tensor weight, long group) {
        long[] dims = weight.dims();
        int groups = Math.toIntExact(group);
        int outPerGroup = Math.toIntExact(dims[0] / group);
        int inPerGroup = Math.toIntExact(dims[1]);
        int kernel = Math.toIntExact(weight.size() / (dims[0] * dims[1]));
        float[] from = weight.floats();
        float[] to = new float[from.length];
        for (int g = 0; g < groups; g++) {
            for (int m = 0; m < outPerGroup; m++) {
                for (int c = 0; c < inPerGroup; c++) {
                    int source = ((g * outPerGroup + m) * inPerGroup + c) * kernel;
                    int target = ((g * inPerGroup + c) * outPerGroup + m) * kernel;
                    for (int k = 0; k < kernel; k++) {
                        to[target + k] = from[source + kernel - 1 - k];
                    }
                }
            }
        }
        dims[0] = (long) groups * inPerGroup;
        dims[1] = outPerGroup;
        return Tensor.ofFloats(dims, to);
    }
}
