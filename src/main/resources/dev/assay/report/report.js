"use strict";
(() => {
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const palette = () => [1, 2, 3, 4, 5, 6].map((i) => css("--series-" + i));
  const isNarrow = () => window.innerWidth < 700;
  const isTight = (width) => width < 560;
  const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
  const precise = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
  const shown = (value) => (Number.isFinite(value) ? precise.format(value) : "–");

  // A line height of its own: the library would measure one with a glyph that many systems lack.
  const label = (extra) => ({ color: css("--soft"), lineHeight: 15, hideOverlap: true, ...extra });

  const axis = (extra) => ({
    axisLabel: label(),
    axisLine: { lineStyle: { color: css("--line") } },
    splitLine: { lineStyle: { color: css("--line") } },
    nameTextStyle: { color: css("--soft") },
    ...extra,
  });

  const common = (chart, width) => ({
    animation: false,
    color: palette(),
    textStyle: { fontFamily: css("--sans") },
    aria: { enabled: true, label: { enabled: false }, decal: { show: true } },
    grid: { left: 8, right: 16, top: 32, bottom: 28, containLabel: true },
    legend: isTight(width)
      ? { top: 0, left: 0, orient: "vertical", itemGap: 6, textStyle: { color: css("--ink"), lineHeight: 15 } }
      : { top: 0, left: 0, type: "scroll", itemGap: 16, textStyle: { color: css("--ink") },
          pageTextStyle: { color: css("--soft") }, pageIconColor: css("--soft"), pageIconInactiveColor: css("--line") },
    tooltip: {
      trigger: "axis",
      confine: true,
      backgroundColor: css("--surface"),
      borderColor: css("--line"),
      textStyle: { color: css("--ink"), fontSize: 13 },
      valueFormatter: shown,
    },
    series: chart.series.map((series) => ({ name: series.name, data: series.values })),
  });

  const valueAxis = (chart, extra) =>
    axis({ type: "value", name: chart.valueLabel, nameLocation: "end", ...extra });

  /** One function a Chart.Kind: what it adds to the common options. */
  const kinds = {
    STACKED_BARS: (chart, option) => {
      option.tooltip.axisPointer = { type: "shadow" };
      option.xAxis = valueAxis(chart, {
        nameLocation: "middle",
        nameGap: 28,
        axisLabel: label({ formatter: (value) => short.format(value) }),
      });
      option.yAxis = axis({
        type: "category",
        inverse: true,
        data: chart.categories,
        axisTick: { show: false },
        axisLabel: label({ color: css("--ink"), width: isNarrow() ? 96 : 200, overflow: "break" }),
      });
      option.series.forEach((series) => Object.assign(series, { type: "bar", stack: "all", barMaxWidth: 22 }));
    },

    LINES: (chart, option) => {
      option.grid.top = 52;
      option.xAxis = axis({
        type: "category",
        data: chart.categories,
        boundaryGap: false,
        name: isNarrow() ? chart.categoryLabel : chart.categoryLabel + " in order of execution; names in the tooltip and in the table",
        nameLocation: "middle",
        nameGap: 28,
        axisLabel: label({ formatter: (name, index) => index + 1 }),
      });
      option.yAxis = valueAxis(chart, { scale: true, nameTextStyle: { color: css("--soft"), align: "left" } });
      const dashes = ["solid", "dashed", "dotted", [8, 3, 2, 3]];
      const symbols = ["circle", "rect", "triangle", "diamond"];
      option.series.forEach((series, i) =>
        Object.assign(series, {
          type: "line",
          symbol: symbols[i % symbols.length],
          symbolSize: 6,
          lineStyle: { width: 2, type: dashes[i % dashes.length] },
        }));
    },

    HISTOGRAM: (chart, option) => {
      option.grid.top = 52;
      option.xAxis = [
        axis({ type: "category", data: chart.categories, name: chart.categoryLabel, nameLocation: "middle", nameGap: 28 }),
        // A second, hidden axis counts bins, so that the marker can stand between two of them.
        { type: "value", min: 0, max: chart.categories.length, show: false },
      ];
      option.yAxis = valueAxis(chart, { nameTextStyle: { color: css("--soft"), align: "left" } });
      option.series.forEach((series) =>
        Object.assign(series, { type: "bar", barGap: "-100%", barCategoryGap: "4%", itemStyle: { opacity: 0.75 } }));
      if (chart.marker) {
        option.series.push({
          type: "line",
          xAxisIndex: 1,
          data: [],
          markLine: {
            silent: true,
            symbol: "none",
            data: [{ xAxis: chart.marker.position }],
            lineStyle: { color: css("--ink"), width: 2, type: "solid" },
            label: { formatter: chart.marker.label, color: css("--ink"), align: "left", padding: [0, 0, 0, 6], distance: [0, -14] },
          },
        });
      }
    },
  };

  kinds.CURVES = (chart, option) => {
    kinds.LINES(chart, option);
    Object.assign(option.xAxis, { name: chart.categoryLabel, axisLabel: label() });
    Object.assign(option.yAxis, { min: 0, max: 100 });
    if (chart.marker) {
      option.series[0].markLine = {
        silent: true,
        symbol: "none",
        data: [{ xAxis: chart.categories[chart.marker.position] }],
        lineStyle: { color: css("--ink"), width: 1.5, type: "dashed" },
        label: { formatter: chart.marker.label, color: css("--ink") },
      };
    }
  };

  kinds.SCATTER = (chart, option) => {
    option.grid.top = 52;
    option.tooltip.trigger = "item";
    option.tooltip.formatter = (point) => point.seriesName + ": " + point.value.map(shown).join(", ");
    // Not through the origin: the name and the figures belong to the edge.
    const axisLine = { onZero: false, lineStyle: { color: css("--line") } };
    option.xAxis = axis({ type: "value", name: chart.categoryLabel, nameLocation: "middle", nameGap: 28, scale: true, axisLine });
    option.yAxis = valueAxis(chart, { scale: true, axisLine, nameTextStyle: { color: css("--soft"), align: "left" } });
    const symbols = ["diamond", "circle", "triangle", "rect"];
    const colours = ["--series-3", "--series-1", "--series-5", "--series-2"];
    option.series.forEach((series, i) =>
      Object.assign(series, {
        type: "scatter",
        symbol: symbols[i % symbols.length],
        symbolSize: 8,
        itemStyle: { opacity: 0.75, color: css(colours[i % colours.length]) },
        data: series.data.flatMap((value, k) => (value === null ? [] : [[Number(chart.categories[k]), value]])),
      }));
  };

  const PANEL_GAP = 36;

  // Panels are laid out in pixels, so that they share one gutter of names.
  const panels = (chart, width) => {
    const across = isNarrow() ? 1 : Math.min(4, chart.series.length);
    const gutter = isNarrow() ? 96 : 110;
    return {
      across,
      gutter,
      width: (width - gutter) / across - PANEL_GAP,
      bars: 19 * chart.categories.length,
      height: 19 * chart.categories.length + 116,
      down: Math.ceil(chart.series.length / across),
    };
  };

  kinds.PANELS = (chart, option, width) => {
    const layout = panels(chart, width);
    const most = (series) =>
      Math.max(1, ...[...series.values, ...series.lines.map((line) => line.position)].filter(Number.isFinite));
    const left = (i) => layout.gutter + (i % layout.across) * (layout.width + PANEL_GAP);
    const top = (i) => Math.floor(i / layout.across) * layout.height;
    option.legend.show = false;
    option.aria.decal.show = false;
    option.tooltip.axisPointer = { type: "shadow" };
    option.title = chart.series.map((series, i) => ({
      text: series.name,
      left: left(i),
      top: top(i),
      padding: 0,
      textStyle: { color: css("--ink"), fontSize: 13, fontWeight: 600, lineHeight: 15 },
    }));
    option.grid = chart.series.map((series, i) =>
      ({ left: left(i), top: top(i) + 52, width: layout.width, height: layout.bars }));
    option.xAxis = chart.series.map((series, i) => valueAxis(chart, {
      gridIndex: i,
      min: 0,
      max: 1.04 * most(series),
      splitNumber: 4,
      nameLocation: "middle",
      nameGap: 26,
      axisLabel: label({ showMaxLabel: false, formatter: (value) => short.format(value) }),
    }));
    option.yAxis = chart.series.map((series, i) => axis({
      type: "category",
      gridIndex: i,
      inverse: true,
      data: chart.categories,
      axisTick: { show: false },
      axisLabel: label({ show: i % layout.across === 0, color: css("--ink"), width: layout.gutter - 12, overflow: "truncate" }),
    }));
    option.series.forEach((series, i) => {
      const lines = chart.series[i].lines;
      const limit = lines.length > 1 ? lines[1].position : -1;
      Object.assign(series, {
        type: "bar",
        xAxisIndex: i,
        yAxisIndex: i,
        barMaxWidth: 13,
        data: series.data.map((value) =>
          ({ value, itemStyle: { color: css(value !== null && value < limit ? "--series-3" : "--series-1") } })),
        markLine: {
          silent: true,
          symbol: "none",
          data: lines.map((line, k) => ({
            xAxis: line.position,
            lineStyle: { color: css("--ink"), width: 1.5, type: k === 0 ? "solid" : "dashed" },
            // Above the bars, one label higher than the other, since lines may lie close.
            label: { formatter: line.label, color: css("--ink"), position: "start", distance: 3 + 14 * k },
          })),
        },
      });
    });
  };

  const plots = [...document.querySelectorAll(".plot")].map((element) => ({
    element,
    chart: JSON.parse(element.nextElementSibling.textContent),
  }));

  /** Room beyond the usual height: for a legend of several lines, and for many bars. */
  const makeRoom = (chart, option, width) => {
    if (chart.kind === "PANELS") {
      const layout = panels(chart, width);
      return layout.down * layout.height;
    }
    const legend = isTight(width) ? 21 * (chart.series.length - 1) : 0;
    option.grid.top += legend;
    return legend + (chart.kind === "STACKED_BARS" ? 30 * Math.max(0, chart.categories.length - 7) : 0);
  };

  const draw = (plot) => {
    const width = plot.element.clientWidth;
    const option = common(plot.chart, width);
    kinds[plot.chart.kind](plot.chart, option, width);
    plot.element.style.setProperty("--extra", makeRoom(plot.chart, option, width) + "px");
    plot.drawn?.dispose();
    plot.drawn = echarts.init(plot.element, null, { renderer: "svg" });
    plot.drawn.setOption(option);
    // Lets the style sheet scale the picture to the width of paper.
    const svg = plot.element.querySelector("svg");
    svg.setAttribute("viewBox", `0 0 ${plot.drawn.getWidth()} ${plot.drawn.getHeight()}`);
  };
  const drawAll = () => plots.forEach(draw);

  const sortBy = (header) => {
    const table = header.closest("table");
    const column = [...header.parentElement.children].indexOf(header);
    const descending = header.getAttribute("aria-sort") === "ascending";
    table.querySelectorAll("[aria-sort]").forEach((sorted) => sorted.removeAttribute("aria-sort"));
    header.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const keyed = [...table.tBodies[0].rows].map((row) => ({ row, key: row.cells[column].dataset.sort }));
    const numeric = keyed.every(({ key }) => key === "" || !Number.isNaN(Number(key)));
    const compare = (a, b) => (numeric ? Number(a) - Number(b) : a.localeCompare(b));
    keyed.sort((a, b) => {
      if (a.key === "" || b.key === "") {
        return (a.key === "") - (b.key === "");
      }
      return descending ? compare(b.key, a.key) : compare(a.key, b.key);
    });
    table.tBodies[0].append(...keyed.map(({ row }) => row));
  };
  document.querySelectorAll(".sort").forEach((button) =>
    button.addEventListener("click", () => sortBy(button.closest("th"))));

  const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => {
      links.forEach((link) => link.removeAttribute("aria-current"));
      links.get(entry.target.id).setAttribute("aria-current", "true");
    }),
    { rootMargin: "0px 0px -75% 0px" });
  document.querySelectorAll("main > section").forEach((section) => seen.observe(section));

  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open]):has(> .legend)")];
    closed.forEach((details) => (details.open = true));
    document.documentElement.classList.add("printing");
    drawAll();
  });
  window.addEventListener("afterprint", () => {
    closed.forEach((details) => (details.open = false));
    document.documentElement.classList.remove("printing");
    drawAll();
  });

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (width !== window.innerWidth) {
      width = window.innerWidth;
      drawAll();
    }
  });
  drawAll();
})();
