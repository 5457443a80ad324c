package dev.assay.report;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.xml.sax.SAXException;

/** What each format's schema has to say about a report. */
final class FormatSchemas {
    private static final Map<Format, Schema> JSON = Map.of(
            Format.SARIF, official("classpath:schema/sarif-schema-2.1.0.json"),
            Format.CYCLONEDX, official("http://cyclonedx.org/schema/bom-1.6.schema.json"),
            Format.IN_TOTO, official("classpath:dev/assay/report/in-toto-test-result.schema.json"));

    private FormatSchemas() {}

    /** What is wrong with the report; empty if nothing is. */
    static List<String> violations(Format format, String report) throws IOException {
        return format == Format.JUNIT ? violationsOfXml(report) : violationsOfJson(format, report);
    }

    private static List<String> violationsOfJson(Format format, String report) {
        return Objects.requireNonNull(JSON.get(format)).validate(report, InputFormat.JSON).stream()
                .map(Error::toString)
                .toList();
    }

    private static List<String> violationsOfXml(String report) throws IOException {
        try {
            SchemaFactory.newDefaultInstance()
                    .newSchema(FormatSchemas.class.getResource("junit.xsd"))
                    .newValidator()
                    .validate(new StreamSource(new StringReader(report)));
            return List.of();
        } catch (SAXException e) {
            return List.of(e.toString());
        }
    }

    private static Schema official(String location) {
        return SchemaRegistry.withDefaultDialect(
                        SpecificationVersion.DRAFT_2020_12,
                        registry -> registry.schemaIdResolvers(
                                ids -> ids.mapPrefix("http://cyclonedx.org/schema/", "classpath:")))
                .getSchema(SchemaLocation.of(location));
    }
}
