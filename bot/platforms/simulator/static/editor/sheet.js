// Lessons from a spreadsheet, and into one.

import { byId, element } from "../elements.js";
import { showTrouble, trying, upload } from "../server.js";

/** @param {{claimName: () => string}} page */
export function startSheet({ claimName }) {
  const file = element("input", { type: "file", id: "sheet-file", accept: ".xlsx,.csv", "aria-describedby": "sheet-hint" });
  const told = element("div", { role: "status" });
  const form = element(
    "form.panel",
    {},
    element("h2", {}, "Bring lessons in"),
    element("p", {}, "Begin with the template: ", element("a", { href: "api/template.xlsx", download: true }, "for Excel"), " or ", element("a", { href: "api/template.csv", download: true }, "as CSV"), "."),
    element("label", { for: "sheet-file" }, "Your spreadsheet"),
    element("p.hint", { id: "sheet-hint" }, "An .xlsx or .csv file of at most 1 MB and 500 rows."),
    file,
    element("p", {}, element("button.primary", { type: "submit" }, "Read it")),
    told,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!file.files[0]) return showTrouble("Choose a file first.");
    const name = claimName();
    if (!name) return undefined;
    const query = new URLSearchParams({ file: file.files[0].name, name });
    const done = await trying(() => upload(`import?${query}`, file.files[0]));
    if (done) show(done);
    return undefined;
  });
  const out = element(
    "section.panel",
    {},
    element("h2", {}, "Take lessons out"),
    element("p", {}, "Everything that is written here, drafts too, one lesson a row: ", element("a", { href: "api/export.xlsx", download: true }, "for Excel"), " or ", element("a", { href: "api/export.csv", download: true }, "as CSV"), "."),
  );

  function show(done) {
    if (done.refused.length) {
      told.replaceChildren(
        element("p.error", {}, `Nothing was taken. ${done.refused.length === 1 ? "1 thing is" : `${done.refused.length} things are`} wrong:`),
        element("ul", {}, ...done.refused.map((one) => element("li", {}, one.row ? `Row ${one.row}: ` : "", one.reason))),
      );
      return;
    }
    told.replaceChildren(
      element("p", {}, `${done.lessons} ${done.lessons === 1 ? "lesson is" : "lessons are"} kept as drafts:`),
      element("ul", {}, ...done.files.map((one) => element("li", {}, element("a", { href: `#write/${one.path}` }, one.title)))),
    );
  }

  return () => byId("sheet-body").replaceChildren(form, out);
}
