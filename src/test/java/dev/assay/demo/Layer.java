package dev.assay.demo;

import java.util.List;

/** A part of a network under training. Holds what the last {@link #forward} left for {@link #backward}. */
interface Layer {
    /** The output for a batch, as in training: batch normalization takes its statistics from the batch. */
    Maps forward(Maps input);

    /**
     * Sets the gradients of {@link #weights} and returns the gradient of the loss by the last input.
     *
     * @param gradient of the loss by the last output
     */
    Maps backward(Maps gradient);

    /** What training changes. */
    List<Weights> weights();

    /** Writes this layer as it works after training, reading {@code input}, and returns its output's name. */
    String write(NetworkWriter writer, String input);
}
