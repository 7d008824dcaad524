// The earlier versions of a file, each with its name and time: compared with the form, or begun from again.

import { element } from "../elements.js";
import { get, trying } from "../server.js";
import { showDifferences } from "./differences.js";

const KINDS = { draft: "A draft", published: "Published", withdrawn: "Taken back", removed: "Removed" };

/**
 * A list that opens; nothing where there are no versions.
 * @param {string} id of the place where two versions are compared
 * @param {{path: string, revisions: object[]}} file
 * @param {() => object} now what the form says
 * @param {(revision: object) => void} revert
 */
export function listRevisions(id, { path, revisions = [] }, now, revert) {
  if (!revisions.length) return "";
  const out = element("div", { id, role: "status" });
  const compare = (one) =>
    trying(async () => {
      const found = await get(`revision?path=${encodeURIComponent(path)}&number=${one.number}`);
      out.replaceChildren(element("h3", {}, `From version ${one.number} to what the form says now`), showDifferences(found.data, now()));
    });
  const item = (one) =>
    element(
      "li",
      { value: one.number },
      `${KINDS[one.state]} by ${one.name || "somebody"}, ${new Date(one.at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })} `,
      element("button.plain", { type: "button", "aria-label": `Compare version ${one.number} with the form`, on: { click: () => compare(one) } }, "Compare"),
      element("button.plain", { type: "button", "aria-label": `Begin again from version ${one.number}`, on: { click: () => revert(one) } }, "Begin again from it"),
    );
  return element("details.panel", {}, element("summary", {}, `Earlier versions (${revisions.length})`), element("ol.revisions", { reversed: true }, ...revisions.map(item)), out);
}

/**
 * Two people wrote at once: both texts are here, and the person decides.
 * @param {HTMLElement} out
 * @param {{message: string, data: {theirs: object}}} trouble
 * @param {object} mine what the form says
 * @param {{keepMine: () => void, takeTheirs: () => void}} choices
 */
export function showClash(out, { message, data: { theirs } }, mine, { keepMine, takeTheirs }) {
  out.replaceChildren(
    element("p", {}, element("strong", {}, message)),
    element("details", { open: true }, element("summary", {}, "What is different, from theirs to yours"), showDifferences(theirs.data, mine)),
    element(
      "p",
      {},
      element("button.second", { type: "button", on: { click: () => { out.hidden = true; keepMine(theirs); } } }, "Keep mine as the next version"),
      " ",
      element("button.second", { type: "button", on: { click: () => { out.hidden = true; takeTheirs(theirs); } } }, "Take theirs"),
    ),
  );
  out.hidden = false;
  out.scrollIntoView({ block: "nearest" });
}
