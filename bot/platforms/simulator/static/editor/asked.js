// What people asked and got no lesson: one press makes it a phrase of a theme, or the beginning of one.

import { byId, element } from "../elements.js";
import { announce, get, post, trying } from "../server.js";

/** @param {{claimName: () => string, open: (path: string|null, data?: object) => void}} page */
export function startAsked({ claimName, open }) {
  return async function show() {
    const [found, pack] = await Promise.all([trying(() => get("asked")), trying(() => get("pack"))]);
    if (!found || !pack) return;
    const themes = pack.files.filter((file) => file.kind === "theme" && file.state !== "removed");
    byId("asked-list").replaceChildren(
      found.asked.length ? element("ul.files", {}, ...found.asked.map((one, number) => item(one, number, themes))) : element("p.panel", {}, "There is nothing here."),
    );
  };

  function item(one, number, themes) {
    const choose = element("select", { id: `asked-${number}` }, ...themes.map((theme) => element("option", { value: theme.path }, theme.title)));
    const row = element(
      "li.panel",
      {},
      element("p.said-by-people", {}, `“${one.text}”`),
      element("p.hint", {}, `Asked ${one.times === 1 ? "once" : `${one.times} times`}.${one.nearest ? ` Nearest today: ${one.nearest}.` : ""}`),
      element(
        "div.line",
        {},
        themes.length > 0 && element("label.unseen", { for: `asked-${number}` }, `Theme for “${one.text}”`),
        themes.length > 0 && choose,
        themes.length > 0 && element("button.second", { type: "button", "aria-describedby": `asked-${number}-text`, on: { click: () => add(one, choose, row) } }, "Make it a phrase of this theme"),
        element("button.second", { type: "button", on: { click: () => open(null, { phrases: [one.text] }) } }, "Begin a theme with it"),
      ),
    );
    row.querySelector(".said-by-people").id = `asked-${number}-text`;
    return row;
  }

  async function add(one, choose, row) {
    const name = claimName();
    const title = choose.selectedOptions[0].textContent;
    const done = name && (await trying(() => post("phrase", { path: choose.value, text: one.text.slice(0, 300), name })));
    if (!done) return;
    row.replaceChildren(element("p", {}, `“${one.text}” is a phrase of ${title} now: in its draft, until that is published.`));
    announce("It is a phrase now, in the draft.");
  }
}
