// The insights tab: counts only.

import { bar, byId, element } from "./elements.js";
import { get, trying } from "./server.js";

export function startInsights() {
  byId("weeks").addEventListener("change", show);
  return show;
}

async function show() {
  const data = await trying(() => get(`insights?weeks=${byId("weeks").value}`));
  if (data) byId("counts").replaceChildren(...data.tables.map(table));
}

function table({ title, about, of, columns, rows }) {
  const most = columns.map((_, column) => Math.max(1, ...rows.map((row) => row.counts[column] ?? 0)));
  const head = element("tr", {}, element("th", { scope: "col" }, of), ...columns.map((column) => element("th", { scope: "col" }, column)));
  const body = rows.map((row) =>
    element("tr", {}, element("th", { scope: "row" }, row.name), ...row.counts.map((count, column) => cell(count, most[column], column === 0))),
  );
  const shown = rows.length
    ? element("div.wide", { tabindex: "0", role: "region", "aria-label": title }, element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)))
    : element("p", {}, "Nothing to count yet.");
  return element("section.panel", {}, element("h2", {}, title), element("p.hint", {}, about), shown);
}

function cell(count, most, barred) {
  if (count === null) return element("td.hidden-count", {}, element("abbr", { title: "not shown: too few" }, "–"));
  return element("td", {}, String(count), barred && bar(count / most));
}
