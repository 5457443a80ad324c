package dev.assay.defense;

import dev.assay.data.*;
import dev.assay.grad.*;
import dev.assay.onnx.OnnxReader;
import dev.assay.quant.*;
import dev.assay.runtime.*;
import java.nio.file.*;
import java.util.*;

public class Experiment {
    public static void main(String[] a) throws Exception {
        Path file = Path.of(a[0]);
        String data = a[1];
        String[] schemes = a[2].split(",");
        long seed = Long.parseLong(a[3]);
        Preprocessing pre = Preprocessing.readSidecar(file).orElse(Preprocessing.DEFAULT);
        if (a.length > 4 && !a[4].isEmpty()) pre = pre.withLayout(a[4]);
        if (a.length > 5 && !a[5].isEmpty()) pre = pre.withMean(a[5]).withStd(a[6]);
        ImageClassifier model = ImageClassifier.of(OnnxReader.read(file), file.toString(), ImageClassifier.Hints.NONE);
        ImageSet images = DataSpec.parse(data)
                .load()
                .resized(model.ports().height(), model.ports().width());
        SplittableRandom r = new SplittableRandom(3);
        int[] pick = r.ints(0, images.size()).distinct().limit(3000).toArray();
        images = images.subset(pick);
        List<Trigger> starts = List.of();
        for (String scheme : schemes) {
            Path artifact = file;
            ImageClassifier deployed = model;
            if (!scheme.equals("fp32")) {
                ImageSource cal =
                        ImageSource.of(images.slice(0, 256), pre, model.ports().type());
                Artifact art = Quantizer.quantize(
                        model,
                        Arrays.stream(Scheme.values())
                                .filter(s -> s.id().equals(scheme))
                                .findFirst()
                                .get(),
                        QuantConfig.DEFAULTS,
                        cal,
                        2);
                artifact = Files.createTempFile("exp", ".onnx");
                Files.write(artifact, dev.assay.onnx.OnnxWriter.toBytes(art.model()));
                deployed = ImageClassifier.of(
                        OnnxReader.read(artifact),
                        scheme,
                        new ImageClassifier.Hints(
                                model.ports().layout(),
                                model.ports().height(),
                                model.ports().width()));
            }
            Suspect bare =
                    new Suspect(artifact, deployed, SessionSpec.cpu(2), pre, images, null, null, null, starts, seed);
            long t0 = System.nanoTime();
            Suspect s = bare.withGradient();
            double g = (System.nanoTime() - t0) / 1e9;
            System.out.println(file.getFileName() + " " + scheme + " " + s.gradient() + String.format(" %.1f s", g));
            t0 = System.nanoTime();
            DefenseResult res = new NeuralCleanse(NeuralCleanse.Config.DEFAULTS).inspect(s);
            double sec = (System.nanoTime() - t0) / 1e9;
            System.out.printf(
                    "%s %s seed %d: %s score %.2f %s flagged %s  %.1f s%n",
                    file.getFileName(),
                    scheme,
                    seed,
                    res.decision(),
                    res.score(),
                    res.reason(),
                    res.flaggedClasses(),
                    sec);
            if (res.evidence() instanceof NeuralCleanseEvidence e) {
                System.out.printf("  %d gradients, %.0f/s%n", e.imageGradients(), e.imageGradients() / sec);
                for (var c : e.classes()) {
                    StringBuilder line = new StringBuilder("  class " + c.targetClass() + ":");
                    for (var p : c.frontier()) line.append(String.format("  %6.1f (%.3f)", p.norm(), p.success()));
                    System.out.println(line + String.format(" best %.3f", c.bestSuccess()));
                }
                for (var l : e.comparisons()) System.out.println("  " + l);
                if (starts.isEmpty())
                    starts = NeuralCleanseEvidence.triggersIn(List.of(res)).stream()
                            .map(InvertedTrigger::trigger)
                            .toList();
            }
        }
    }
}
