package dev.assay.report;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.audit.AuditFixtures;
import org.junit.jupiter.api.Test;

class ControlsSectionTest {
    private final ControlsSection section = new ControlsSection();

    @Test
    void isLeftOutWhereNoControlsWereAskedFor() {
        assertThat(section.body(AuditFixtures.full())).isNull();
    }

    @Test
    void tellsWhatWouldHaveBeenFoundAndWhyNot() {
        String html = requireNonNull(section.body(AuditFixtures.controlled())).render();

        assertThat(html).contains("99.10 %", "96.80 %", "98.50 %", "cat");
        assertThat(html.split("</span>found", -1)).hasSize(3);
        assertThat(html).contains("</span>missed", "</span>no control");
        assertThat(html).contains("the planted backdoor got lost on the way", "exit code 134");
    }
}
