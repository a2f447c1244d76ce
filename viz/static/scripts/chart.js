// Charts: Vega-Lite under the strict policy (expressions are interpreted, never compiled).
(function () {
  "use strict";
  const coloured = (node) => {
    if (Array.isArray(node)) return node.map(coloured);
    if (node && typeof node === "object") return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, coloured(value)]));
    return typeof node === "string" && node.startsWith("viz:") ? viz.colour(node.slice(4)) : node;
  };

  // Numbers and dates as the page's language writes them.
  function locales(language) {
    const parts = new Intl.NumberFormat(language).formatToParts(-12345.6);
    const of = (type, other) => (parts.find((part) => part.type === type) || { value: other }).value;
    const named = (count, first, step, options) => Array.from({ length: count }, (_, k) =>
      new Intl.DateTimeFormat(language, { ...options, timeZone: "UTC" }).format(new Date(first + k * step)));
    const day = 86400000, sunday = Date.UTC(2023, 0, 1);
    return {
      number: { decimal: of("decimal", "."), thousands: of("group", ","), grouping: [3], currency: ["", ""] },
      time: {
        dateTime: "%x %X", date: language.startsWith("en") ? "%b %-d, %Y" : "%-d %b %Y", time: "%H:%M:%S", periods: ["AM", "PM"],
        days: named(7, sunday, day, { weekday: "long" }), shortDays: named(7, sunday, day, { weekday: "short" }),
        months: named(12, Date.UTC(2023, 0, 15), 30.4 * day, { month: "long" }),
        shortMonths: named(12, Date.UTC(2023, 0, 15), 30.4 * day, { month: "short" }),
      },
    };
  }

  // Panels cannot measure their page, so they are told its width.
  function sized(spec, rows, width, limit) {
    if (!spec.facet) return { ...spec, width: "container", autosize: { type: "fit-x", contains: "padding" } };
    const columns = width < 640 ? 1 : spec.usermeta.panels;
    const named = spec.spec.encoding.y;
    const labels = named ? Math.min(limit, 8 * Math.max(...rows.map((row) => String(row[named.field]).length))) + 24 : 64;
    const beside = named ? labels + 34 * (columns - 1) : labels * columns;
    return { ...spec, columns, spec: { ...spec.spec, width: Math.max(120, (width - beside - 16) / columns) } };
  }

  // A phone has room for shorter labels and for two entries of the key beside each other.
  function fitted(config, width) {
    if (width >= 520) return config;
    return { ...config, axis: { ...config.axis, labelLimit: 130 }, legend: { ...config.legend, columns: 2, labelLimit: 130 } };
  }

  function start(figure, data) {
    const place = figure.querySelector(".viz-chart");
    const language = figure.lang || document.documentElement.lang || "en";
    const { number, time } = locales(language);
    place.classList.add("viz-on");
    let view = null, width = 0, turn = 0;

    const show = () => {
      width = place.clientWidth;
      const mine = ++turn;
      const { datasets, ...spec } = data.spec;
      const config = fitted(coloured(data.config), width);
      vegaEmbed(place, { ...sized(coloured(spec), datasets.rows, width, config.axis.labelLimit), datasets }, {
        mode: "vega-lite", ast: true, renderer: "canvas", logLevel: vega.Error, actions: false, defaultStyle: false,
        config, formatLocale: number, timeFormatLocale: time,
        tooltip: { disableDefaultStyle: true, theme: "viz" },
      }).then((result) => {
        if (mine !== turn) return result.finalize();
        if (view) view.finalize();
        view = result;
        figure.dataset.vizDrawn = "yes";
      });
    };

    const save = figure.querySelector(".viz-save");
    save.hidden = false;
    save.addEventListener("click", (event) => {
      const kind = event.target.dataset.vizSave;
      if (!kind || !view) return;
      view.view.toImageURL(kind, 2).then((url) => {
        const link = document.createElement("a");
        link.href = url;
        link.download = `${data.name}.${kind}`;
        link.click();
      });
    });

    new ResizeObserver(() => {
      if (Math.abs(place.clientWidth - width) > 8) show();
    }).observe(place);
    viz.paint(show);
  }

  viz.each("chart", start);
})();
