package dev.assay.report;

import dev.assay.audit.AuditResult;
import dev.assay.report.TestCase.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLStreamException;

/**
 * An audit as JUnit XML, for test reports: a suite for the audit as a whole and for each deployment, a case for the
 * measurement and for each defense and finding. There is no standard: each {@code testsuite} keeps to the schema of Maven
 * Surefire 3, and the document to what Jenkins, GitLab and others read besides.
 */
final class JUnitReport {
    private final IndentedXml xml;

    private JUnitReport() throws XMLStreamException {
        xml = new IndentedXml();
    }

    /** Returns the document; it ends with a newline. */
    static String render(AuditResult result) {
        try {
            return new JUnitReport().document(result);
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a document in memory could not be written", e);
        }
    }

    private String document(AuditResult result) throws XMLStreamException {
        List<TestSuite> suites = TestSuite.of(result);
        xml.open("testsuites")
                .with("name", "assay " + AuditedFile.nameOf(result.model().path()))
                .with("tests", suites.stream().mapToInt(it -> it.cases().size()).sum())
                .with(
                        "failures",
                        suites.stream()
                                .mapToLong(it -> it.count(Outcome.FAILED))
                                .sum())
                .with(
                        "errors",
                        suites.stream().mapToLong(it -> it.count(Outcome.ERROR)).sum())
                .with("time", seconds(result.timing().seconds()));
        for (TestSuite suite : suites) {
            write(suite);
        }
        return xml.close().end();
    }

    private void write(TestSuite suite) throws XMLStreamException {
        xml.open("testsuite")
                .with("name", suite.name())
                .with("tests", suite.cases().size())
                .with("failures", suite.count(Outcome.FAILED))
                .with("errors", suite.count(Outcome.ERROR))
                .with("skipped", suite.count(Outcome.SKIPPED))
                .with("time", seconds(suite.seconds()));
        xml.open("properties");
        for (Map.Entry<String, String> property : suite.properties().entrySet()) {
            xml.open("property")
                    .with("name", property.getKey())
                    .with("value", property.getValue())
                    .close();
        }
        xml.close();
        for (TestCase test : suite.cases()) {
            write(suite, test);
        }
        xml.close();
    }

    private void write(TestSuite suite, TestCase test) throws XMLStreamException {
        xml.open("testcase")
                .with("name", test.name())
                .with("classname", suite.name())
                .with("time", seconds(test.seconds()));
        switch (test.outcome()) {
            case FAILED -> problem("failure", test);
            case ERROR -> problem("error", test);
            case SKIPPED -> xml.open("skipped").with("message", test.message()).close();
            case WARNED ->
                xml.open("system-out").text(test.kind() + ": " + test.message()).close();
            case PASSED -> {}
        }
        xml.close();
    }

    private void problem(String element, TestCase test) throws XMLStreamException {
        xml.open(element)
                .with("message", test.message())
                .with("type", test.kind())
                .close();
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.3f", seconds);
    }
}
