package dev.assay.report;

import static j2html.TagCreator.a;
import static j2html.TagCreator.body;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.head;
import static j2html.TagCreator.html;
import static j2html.TagCreator.li;
import static j2html.TagCreator.main;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.nav;
import static j2html.TagCreator.p;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.script;
import static j2html.TagCreator.section;
import static j2html.TagCreator.style;
import static j2html.TagCreator.ul;

import j2html.TagCreator;
import j2html.tags.DomContent;
import j2html.tags.specialized.HeadTag;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * A page that needs nothing but itself. Its content security policy forbids every network request and every script but its
 * own two; all text is escaped.
 *
 * @param title in the browser's bar
 * @param header at the top
 * @param parts what it shows, at least one, the most important first
 * @param footer who wrote it
 */
record Page(String title, DomContent header, List<Part> parts, String footer) {
    private static final String CHART_LIBRARY =
            Resources.text("/META-INF/resources/webjars/echarts/5.5.0/echarts.common.min.js");
    private static final String SCRIPT = Resources.text("/dev/assay/report/report.js");
    private static final String STYLE = Resources.text("/dev/assay/report/report.css");

    /**
     * A part of the page.
     *
     * @param id the anchor, unique on the page
     * @param title the heading
     * @param content what stands beneath it
     */
    record Part(String id, String title, DomContent content) {
        private DomContent link() {
            return li(a(title).withHref("#" + id));
        }

        private DomContent render() {
            return section(h2(title).withId(id + "-title"), content).withId(id).attr("aria-labelledby", id + "-title");
        }
    }

    /** The HTML; equal pages give equal texts. */
    String render() {
        Part first = parts.get(0);
        return TagCreator.document(html(
                        pageHead(),
                        body(
                                a("Skip to the " + first.title().toLowerCase(Locale.ROOT))
                                        .withHref("#" + first.id())
                                        .withClass("skip"),
                                header,
                                div(
                                                nav(ul(each(parts, Part::link))).attr("aria-label", "Sections"),
                                                main(each(parts, Part::render)))
                                        .withClass("page"),
                                TagCreator.footer(p(footer)),
                                script(rawHtml(CHART_LIBRARY)),
                                script(rawHtml(SCRIPT))))
                .withLang("en"));
    }

    private HeadTag pageHead() {
        return head(
                meta().withCharset("utf-8"),
                meta().withName("viewport").withContent("width=device-width, initial-scale=1"),
                meta().withName("color-scheme").withContent("light dark"),
                meta().attr("http-equiv", "Content-Security-Policy").withContent(contentSecurityPolicy()),
                TagCreator.title(title),
                style(rawHtml(STYLE)));
    }

    private static String contentSecurityPolicy() {
        return "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '%s' '%s'"
                .formatted(sourceHash(CHART_LIBRARY), sourceHash(SCRIPT));
    }

    private static String sourceHash(String script) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
