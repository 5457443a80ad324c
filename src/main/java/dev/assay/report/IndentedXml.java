package dev.assay.report;

import java.io.StringWriter;
import java.util.regex.Pattern;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes XML 1.0, an element a line; any text keeps it well-formed. */
final class IndentedXml {
    /** What XML forbids, even escaped, and the carriage return, which a reader would turn into something else. */
    private static final Pattern ILLEGAL =
            Pattern.compile("[^\\t\\n\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]");

    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter xml;
    private int depth;
    private boolean holdsElements;

    /** Begins a document. */
    IndentedXml() throws XMLStreamException {
        xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
        xml.writeStartDocument("UTF-8", "1.0");
    }

    /** Begins an element. */
    IndentedXml open(String element) throws XMLStreamException {
        indent();
        xml.writeStartElement(element);
        depth++;
        holdsElements = false;
        return this;
    }

    /** Gives the element that was begun last an attribute. */
    IndentedXml with(String attribute, Object value) throws XMLStreamException {
        xml.writeAttribute(attribute, legal(value.toString()));
        return this;
    }

    /** Gives an element without children a text. */
    IndentedXml text(String content) throws XMLStreamException {
        xml.writeCharacters(legal(content));
        return this;
    }

    /** Ends an element. */
    IndentedXml close() throws XMLStreamException {
        depth--;
        if (holdsElements) {
            indent();
        }
        xml.writeEndElement();
        holdsElements = true;
        return this;
    }

    /** Ends the document and returns it; it ends with a newline. */
    String end() throws XMLStreamException {
        xml.writeEndDocument();
        xml.close();
        return text + "\n";
    }

    private void indent() throws XMLStreamException {
        xml.writeCharacters("\n" + "  ".repeat(depth));
    }

    /** The text with what XML cannot hold written as {@code \\u0007}. */
    private static String legal(String outside) {
        return ILLEGAL.matcher(outside)
                .replaceAll(match -> "\\\\u%04x".formatted(match.group().codePointAt(0)));
    }
}
