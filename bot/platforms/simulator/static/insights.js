// The insights tab: counts only.

import { bar, byId, element } from "./elements.js";
import { get, trying } from "./server.js";

export function startInsights() {
  byId("weeks").addEventListener("change", show);
  return show;
}

async function show() {
  const data = await trying(() => get(`insights?weeks=${byId("weeks").value}`));
  if (data) byId("counts").replaceChildren(element("ul.headlines", {}, ...data.headlines.map(headline)), ...data.tables.map(table));
}

function headline({ name, count, share }) {
  return element("li", {}, `${name} `, element("strong", {}, count === null ? "under 5" : String(count)), ` ${share}`);
}

function table({ title, about, of, columns, rows, drawn }) {
  const most = columns.map((_, column) => Math.max(1, ...rows.map((row) => row.counts[column] ?? 0)));
  const head = element("tr", {}, element("th", { scope: "col" }, of), ...columns.map((column) => element("th", { scope: "col" }, column)));
  const body = rows.map((row) =>
    element("tr", {}, element("th", { scope: "row" }, row.name), ...row.counts.map((count, column) => cell(count, most[column], column === drawn, columns[column]))),
  );
  const shown = rows.length
    ? element("div.wide", { tabindex: "0", role: "region", "aria-label": title }, element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)))
    : element("p", {}, "Nothing to count yet.");
  return element("section.panel", {}, element("h2", {}, title), element("p.hint", {}, about), shown);
}

function cell(count, most, barred, label) {
  if (count === null) return element("td.hidden-count", { "data-label": label }, element("abbr", { title: "fewer than five" }, "–"));
  return element("td", { "data-label": label }, String(count), barred && bar(count / most));
}
