package dev.assay.report;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Media;
import com.microsoft.playwright.options.ReducedMotion;
import dev.assay.audit.AuditFixtures;
import dev.assay.audit.AuditResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Opens the page in the system's Chromium; screenshots stay in {@code target/screenshots}. */
class HtmlReportBrowserIT {
    private static final Path SCREENSHOTS = Path.of("target/screenshots");

    private static @Nullable Playwright playwright;
    private static @Nullable Browser browser;

    private final Path folder;
    private final List<String> complaints = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();

    HtmlReportBrowserIT(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeAll
    static void startBrowser() {
        Path chromium = Stream.of(
                        "/usr/bin/chromium",
                        "/usr/bin/chromium-browser",
                        "/usr/bin/google-chrome",
                        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        assumeTrue(chromium != null, "no Chromium here: apt-get install chromium");
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium)
                        .setChromiumSandbox(false));
    }

    @AfterAll
    static void stopBrowser() {
        if (playwright != null) {
            playwright.close();
        }
    }

    @AfterEach
    void pageIsQuietAndAlone() {
        assertThat(complaints).isEmpty();
        assertThat(requests).singleElement().asString().startsWith("file:");
    }

    @ParameterizedTest
    @CsvSource({"1280, LIGHT", "1280, DARK", "400, LIGHT", "400, DARK"})
    void fitsTheWindow(int width, ColorScheme scheme) {
        Page page = open(AuditFixtures.full(), width, scheme);

        assertThat((int) page.evaluate("document.documentElement.scrollWidth")).isLessThanOrEqualTo(width);
        assertThat((int) page.evaluate("document.querySelectorAll('.plot').length"))
                .isPositive()
                .isEqualTo(page.evaluate("document.querySelectorAll('.plot svg').length"));
        screenshot(page, width + "-" + scheme);
    }

    @ParameterizedTest
    @CsvSource({"1280", "400"})
    void showsResultsWithoutMeasurements(int width) {
        screenshot(open(AuditFixtures.minimal(), width, ColorScheme.LIGHT), "minimal-" + width);
        requests.clear();
        screenshot(open(AuditFixtures.failed(), width, ColorScheme.LIGHT), "failed-" + width);
    }

    @Test
    void tablesSortByKeyboard() {
        Page page = open(AuditFixtures.full(), 1280, ColorScheme.LIGHT);
        Locator firstRow = page.locator("#deployments tbody th code").first();
        Locator lastRow = page.locator("#deployments tbody th code").last();

        sortButton(page, "Size").focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("#deployments th[aria-sort=ascending]")).hasText("Size");
        assertThat(firstRow).hasText("int4-kernel/cpu/all");

        page.keyboard().press("Enter");
        assertThat(firstRow).hasText("fp32/cpu/all");

        sortButton(page, "Accuracy").click();
        assertThat(lastRow).hasText("int4-kernel/cpu/all");
    }

    @Test
    void keyboardReachesTheVerdictFirst() {
        Page page = open(AuditFixtures.full(), 1280, ColorScheme.LIGHT);

        page.keyboard().press("Tab");

        assertThat(page.locator(":focus")).hasText("Skip to the verdict");
    }

    @Test
    void headingsAreInOrderAndChartsHaveWords() {
        Page page = open(AuditFixtures.full(), 1280, ColorScheme.LIGHT);

        List<?> levels = (List<?>) page.evaluate(
                "[...document.querySelectorAll('h1,h2,h3,h4')].map(heading => Number(heading.tagName[1]))");
        assertThat(levels).first().isEqualTo(1);
        for (int i = 1; i < levels.size(); i++) {
            assertThat((int) levels.get(i)).isLessThanOrEqualTo((int) levels.get(i - 1) + 1);
        }
        assertThat(page.locator(".plot:not([role=img][aria-label])")).hasCount(0);
        assertThat(page.locator("img:not([alt]), table:not(:has(caption)), th:not([scope])"))
                .hasCount(0);
    }

    @Test
    void hostileTextRunsNoScript() {
        Page page = open(
                AuditFixtures.withUntrusted("</script><script>window.hacked = 1</script><img src=x onerror=hacked=1>"),
                1280,
                ColorScheme.LIGHT);

        assertThat(page.evaluate("window.hacked === undefined")).isEqualTo(true);
        complaints.removeIf(it -> it.contains("ERR_INVALID_URL")); // the picture that is not a picture
    }

    @Test
    void printsOnPaperInLightColours() {
        Page page = open(AuditFixtures.full(), 1280, ColorScheme.DARK);
        page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));

        page.evaluate("dispatchEvent(new Event('beforeprint'))");
        assertThat(page.locator(".plot svg")).not().hasCount(0);
        assertThat(page.evaluate("[...document.querySelectorAll('.plot svg')].every(svg => svg.clientHeight > 100"
                        + " && svg.clientWidth <= svg.closest('section').clientWidth)"))
                .isEqualTo(true);
        assertThat(page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('color-scheme')"))
                .isEqualTo("light");
        page.evaluate("dispatchEvent(new Event('afterprint'))");

        page.pdf(new Page.PdfOptions().setPath(SCREENSHOTS.resolve("print.pdf")).setFormat("A4"));
        assertThat(SCREENSHOTS.resolve("print.pdf")).isNotEmptyFile();
    }

    private Page open(AuditResult result, int width, ColorScheme scheme) {
        Path file = folder.resolve("index.html");
        HtmlReport.write(result, file);
        BrowserContext context = requireNonNull(browser)
                .newContext(new Browser.NewContextOptions()
                        .setViewportSize(width, 900)
                        .setColorScheme(scheme)
                        .setReducedMotion(ReducedMotion.REDUCE));
        Page page = context.newPage();
        page.onConsoleMessage(message -> complaints.add(message.type() + ": " + message.text()));
        page.onPageError(complaints::add);
        page.onRequest(request -> {
            if (!request.url().startsWith("data:")) {
                requests.add(request.url());
            }
        });
        page.navigate(file.toUri().toString());
        return page;
    }

    private static Locator sortButton(Page page, String header) {
        return page.locator("#deployments")
                .getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(header).setExact(true));
    }

    private static void screenshot(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(name.toLowerCase(Locale.ROOT) + ".png"))
                .setFullPage(true));
    }
}
