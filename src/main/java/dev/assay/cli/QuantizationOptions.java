package dev.assay.cli;

import dev.assay.quant.Calibrator;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Rounding;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How artifacts are quantized. */
final class QuantizationOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--calibrator",
            paramLabel = "NAME",
            description = "How activation ranges are chosen: minmax, percentile, entropy, mse. Default: minmax.")
    private Calibrator calibrator = QuantConfig.DEFAULTS.calibrator();

    @Option(
            names = "--rounding",
            paramLabel = "NAME",
            description = "How weight scales are chosen: nearest (the largest weight fits) or mse. Default: nearest.")
    private Rounding rounding = QuantConfig.DEFAULTS.rounding();

    @Option(
            names = "--block-size",
            paramLabel = "N",
            description = "Weights that share a 4-bit scale: a power of two from 16 to 256. Default: 32.")
    private int blockSize = QuantConfig.DEFAULTS.blockSize();

    @Option(names = "--asymmetric", description = "Give blocks of 4-bit weights a zero point.")
    private boolean asymmetric;

    /**
     * The settings.
     *
     * @throws ParameterException if the block size is none
     */
    QuantConfig config() {
        try {
            return new QuantConfig(calibrator, rounding, blockSize, !asymmetric);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    command.commandLine(), "Invalid value for option '--block-size': " + e.getMessage(), e);
        }
    }
}
