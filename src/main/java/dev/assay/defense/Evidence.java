package dev.assay.defense;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** The figures behind a defense's score; one record a defense, written to JSON with its {@code kind}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ActivationClusteringEvidence.class, name = "activation-clustering"),
    @JsonSubTypes.Type(value = FinePruningEvidence.class, name = "fine-pruning"),
    @JsonSubTypes.Type(value = NeuralCleanseEvidence.class, name = "neural-cleanse"),
    @JsonSubTypes.Type(value = SpectralSignaturesEvidence.class, name = "spectral-signatures"),
    @JsonSubTypes.Type(value = StripEvidence.class, name = "strip")
})
public sealed interface Evidence
        permits ActivationClusteringEvidence,
                FinePruningEvidence,
                NeuralCleanseEvidence,
                SpectralSignaturesEvidence,
                StripEvidence {}
