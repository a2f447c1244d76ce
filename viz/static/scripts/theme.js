// Colours come from the style sheet, so that light, dark and paper are one decision made in one place.
(function () {
  "use strict";
  const viz = (window.viz = window.viz || {});
  const painters = [];

  viz.colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--viz-" + name).trim();
  viz.ring = (k) => viz.colour("c" + (k % 8));
  viz.data = (figure) => JSON.parse(figure.querySelector("script.viz-data").textContent);
  // Runs a painter now and whenever the colours change.
  viz.paint = (painter) => {
    painters.push(painter);
    painter();
  };
  viz.each = (kind, start) => {
    const run = () => document.querySelectorAll(`[data-viz="${kind}"]`).forEach((figure) => {
      if (figure.querySelector("script.viz-data") && !figure.dataset.vizReady) {
        start(figure, viz.data(figure));
        figure.dataset.vizReady = "yes";
      }
    });
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run);
    else run();
    document.addEventListener("htmx:load", run);
  };

  const repaint = () => painters.forEach((painter) => painter());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  new MutationObserver(repaint).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  // Paper is white: canvases are painted in the light colours while printing.
  let theme;
  addEventListener("beforeprint", () => {
    theme = document.documentElement.dataset.theme;
    document.documentElement.dataset.theme = "light";
    repaint();
  });
  addEventListener("afterprint", () => {
    if (theme === undefined) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    repaint();
  });
})();
