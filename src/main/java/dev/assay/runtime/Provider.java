package dev.assay.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import dev.assay.ProviderUnavailableException;
import java.util.Locale;

/**
 * Execution providers. Where a node really ran comes from the profile, never from the provider asked for.
 *
 * <p>CUDA and TensorRT need the {@code gpu} profile of the build and their libraries on the host.
 */
public enum Provider {
    CPU(OrtProvider.CPU, options -> {}, "part of every ONNX Runtime"),
    CUDA(OrtProvider.CUDA, Provider::attachCuda, "build with -Pgpu; needs an NVIDIA driver, CUDA 12 and cuDNN 9"),
    TENSORRT(
            OrtProvider.TENSOR_RT,
            Provider::attachTensorRt,
            "build with -Pgpu; needs an NVIDIA driver, CUDA 12, cuDNN 9 and TensorRT 10");

    @FunctionalInterface
    private interface Attachment {
        void attachTo(SessionOptions options) throws OrtException;
    }

    private final OrtProvider ort;
    private final Attachment attachment;
    private final String needs;

    Provider(OrtProvider ort, Attachment attachment, String needs) {
        this.ort = ort;
        this.attachment = attachment;
        this.needs = needs;
    }

    /** The name on the command line and in deployment ids. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What has to be there for it to work. */
    public String needs() {
        return needs;
    }

    /** Whether it compiles subgraphs: ONNX Runtime then refuses to write the optimized graph to a file. */
    boolean compiles() {
        return this == TENSORRT;
    }

    /** Whether the loaded ONNX Runtime was built with this provider; its libraries may still be missing. */
    public boolean isBuiltIn() {
        return OrtRuntime.providers().contains(ort);
    }

    /**
     * Adds this provider to a session's options.
     *
     * @throws ProviderUnavailableException if it, its libraries or its device are missing
     */
    void attachTo(SessionOptions options) {
        if (!isBuiltIn()) {
            throw new ProviderUnavailableException(
                    "provider %s: expected it in the loaded ONNX Runtime, which has %s; %s"
                            .formatted(id(), OrtRuntime.providers(), needs));
        }
        try {
            attachment.attachTo(options);
        } catch (OrtException e) {
            throw new ProviderUnavailableException(
                    "provider %s: ONNX Runtime cannot load it: %s; %s".formatted(id(), OneLine.of(e), needs), e);
        }
    }

    private static void attachCuda(SessionOptions options) throws OrtException {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(0)) {
            options.addCUDA(cuda);
        }
    }

    /**
     * TensorRT first, CUDA for what it leaves. The CUDA options must be made before TensorRT's (a known bug of ONNX
     * Runtime's Java binding), and {@code trt_int8_enable} stays off: QDQ models carry their own scales.
     */
    private static void attachTensorRt(SessionOptions options) throws OrtException {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(0);
                OrtTensorRTProviderOptions tensorRt = new OrtTensorRTProviderOptions(0)) {
            options.addTensorrt(tensorRt);
            options.addCUDA(cuda);
        }
    }
}
