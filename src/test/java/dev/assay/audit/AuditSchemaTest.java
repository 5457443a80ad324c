package dev.assay.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AuditSchemaTest {
    private static Schema schema;

    @BeforeAll
    static void readSchema() throws IOException {
        try (InputStream stream = AuditJson.class.getResourceAsStream("audit.schema.json")) {
            schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(stream);
        }
    }

    static Stream<AuditResult> results() {
        return Stream.of(
                AuditFixtures.full(),
                AuditFixtures.full().withoutTiming(),
                AuditFixtures.controlled(),
                AuditFixtures.minimal(),
                AuditFixtures.failed());
    }

    @ParameterizedTest
    @MethodSource("results")
    void acceptsResults(AuditResult result) {
        assertThat(schema.validate(AuditJson.toJson(result), InputFormat.JSON)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"schema\" : 1 | \"schema\" : 2",
                "\"seed\" : 7 | \"seed\" : 7.5",
                "\"seed\" : 7, | ''",
                "\"seed\" : 7 | \"seed\" : 7, \"extra\" : 1",
                "\"accuracy\" : 0.9127 | \"accuracy\" : 91.27",
                "\"decision\" : \"NOT_APPLICABLE\" | \"decision\" : \"MAYBE\"",
                "\"kind\" : \"strip\" | \"kind\" : \"strap\"",
                "\"kind\" : \"neural-cleanse\" | \"kind\" : \"neural-purge\"",
                "\"kind\" : \"activation-clustering\" | \"kind\" : \"activation-clutter\"",
                "\"rarity\" : 134.7 | \"rarity\" : -1",
                "\"kind\" : \"spectral-signatures\" | \"kind\" : \"spectral\"",
                "\"topShare\" : 0.61 | \"topShare\" : 61",
                "\"estimator\" : \"exact\" | \"estimator\" : \"guess\"",
                "\"defect\" : \"gradient is zero\" | \"defect\" : 1",
                "\"norm\" : 9.4 | \"norm\" : -9.4",
                "\"attackSuccessRate\" : 0.93 | \"attackSuccessRate\" : 93",
                "\"id\" : \"opset-raised\" | \"id\" : \"Opset raised\"",
                "\"sha256\" : \"3f9a | \"sha256\" : \"XXXX",
                "\"plantedSuccess\" : 0.991 | \"plantedSuccess\" : 99.1",
                "\"plantedSuccess\" : 0.991, | ''",
                "\"macs\" : 640 | \"macs\" : -640",
            })
    void refusesBrokenResults(String sound, String broken) {
        String json = AuditJson.toJson(AuditFixtures.controlled());
        assertThat(json).contains(sound);

        assertThat(schema.validate(json.replace(sound, broken), InputFormat.JSON))
                .isNotEmpty();
    }

    @Test
    void demandsAReasonWhereADecisionNeedsOne() {
        String json = AuditJson.toJson(AuditFixtures.full());
        String reason = "\"no inputs to judge; pass --trigger or --training-data\"";
        assertThat(json).contains(reason);

        assertThat(schema.validate(json.replace(reason, "null"), InputFormat.JSON))
                .isNotEmpty();
    }
}
