// An organisation's own routes to people, by what is handed over.

import { byId, element } from "../elements.js";
import { announce, get, post, trying } from "../server.js";
import { field } from "./fields.js";

const TOPICS = [
  ["clinical-advice", "When somebody needs clinical advice"],
  ["raising-a-concern", "When somebody wants to raise a concern"],
  ["wellbeing", "When somebody is in distress"],
];
const PATH = "signposts.yaml";

/** @param {{claimName: () => string}} page */
export function startSignposts({ claimName }) {
  const form = { data: {}, changed: () => {} };
  let number = 0;
  byId("signposts-form").addEventListener("submit", (event) => event.preventDefault());

  async function open() {
    const pack = await trying(() => get("pack"));
    if (!pack) return;
    const there = pack.files.some((file) => file.path === PATH);
    const found = there ? await trying(() => get(`file?path=${PATH}`)) : { number: 0, data: {} };
    if (!found) return;
    number = found.number;
    form.data = found.data;
    draw(pack.files.find((file) => file.path === PATH)?.live);
  }

  function draw(live) {
    byId("signposts-form").replaceChildren(
      ...TOPICS.map(([topic, title]) => section(topic, title)),
      element(
        "div.actions-bar",
        {},
        element("button.primary", { type: "button", on: { click: () => send("publish", "Published.") } }, "Publish"),
        element("button.second", { type: "button", on: { click: () => send("save", "Kept as a draft.") } }, "Keep as a draft"),
        live && element("button.plain", { type: "button", on: { click: takeBack } }, "Take back"),
      ),
    );
  }

  function section(topic, title) {
    const routes = form.data[topic] ?? [];
    return element(
      "fieldset.panel",
      { id: `f-${topic}` },
      element("legend", {}, element("h2", {}, title)),
      ...routes.map((_, at) =>
        element(
          "div.pair",
          {},
          field(form, { at: [topic, at, "name"], label: "Who", hint: "As in “Our staff support line”." }),
          field(form, { at: [topic, at, "how"], label: "How to reach them", hint: "As in “call extension 5678, Monday to Friday from 8:00 to 18:00”." }),
          element("button.plain", { type: "button", "aria-label": `Remove route ${at + 1} of: ${title}`, on: { click: () => { routes.splice(at, 1); draw(); } } }, "Remove"),
        ),
      ),
      element("button.plain", { type: "button", on: { click: () => { form.data[topic] = [...routes, { name: "", how: "" }]; draw(); byId(`f-${topic}-${routes.length}-name`).focus(); } } }, "Add a route"),
    );
  }

  async function send(to, said) {
    const name = claimName();
    const done = name && (await trying(() => post(to, { path: PATH, base: number, data: form.data, name })));
    if (!done) return;
    await open();
    announce(said);
  }

  async function takeBack() {
    const name = window.confirm("Take your routes back? The national numbers stay.") && claimName();
    if (name && (await trying(() => post("move", { path: PATH, base: number, name, to: "withdrawn" })))) await open();
  }

  return open;
}
