package dev.assay.audit;

/** How much a finding matters, least first. */
public enum Severity {
    INFO,
    LOW,
    MEDIUM,
    HIGH,
    CRITICAL
}
