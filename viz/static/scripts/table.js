// Sortable tables: headings become buttons; unknown values stay last in both directions.
(function () {
  "use strict";
  const collator = new Intl.Collator(document.documentElement.lang || undefined, { numeric: true });

  function compare(a, b, direction) {
    if (a === "" || b === "") return (a === "") - (b === "");
    const x = Number(a), y = Number(b);
    const order = Number.isNaN(x) || Number.isNaN(y) ? collator.compare(a, b) : x - y;
    return direction * order;
  }

  function sort(table, heading) {
    const direction = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    const column = heading.cellIndex;
    const body = table.tBodies[0];
    const rows = Array.from(body.rows);
    rows.sort((a, b) => compare(a.cells[column].dataset.sort, b.cells[column].dataset.sort, direction));
    body.append(...rows);
    table.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
  }

  function prepare(table) {
    if (table.dataset.vizSortable === "on") return;
    table.dataset.vizSortable = "on";
    table.querySelectorAll("thead th").forEach((heading) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      button.addEventListener("click", () => sort(table, heading));
      heading.append(button);
    });
  }

  const run = () => document.querySelectorAll("table[data-viz-sortable]").forEach(prepare);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run);
  else run();
  document.addEventListener("htmx:load", run);
})();
