// An organisation's own routes to people, by what is handed over.

import { byId, element } from "../elements.js";
import { announce, get, post, trying } from "../server.js";
import { field } from "./fields.js";
import { markProblems } from "./problems.js";
import { listRevisions, showClash } from "./revisions.js";

const TOPICS = [
  ["clinical-advice", "When somebody needs clinical advice"],
  ["raising-a-concern", "When somebody wants to raise a concern"],
  ["wellbeing", "When somebody is in distress"],
];
const PATH = "signposts.yaml";
const PAUSE = 700; // milliseconds without typing until the form is checked

/** @param {{claimName: () => string}} page */
export function startSignposts({ claimName }) {
  const form = { data: {}, changed: check };
  const out = byId("signposts-form");
  let kept = "{}"; // as it was last read or written
  let file = { path: PATH, number: 0, revisions: [], live: false };
  let timer = 0;
  out.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("beforeunload", (event) => {
    if (isChanged()) event.preventDefault();
  });

  const isChanged = () => JSON.stringify(form.data) !== kept;

  /** What is being written stays; what is not is read again. */
  const open = () => (isChanged() ? undefined : trying(reread));

  async function reread() {
    const pack = await get("pack");
    const there = pack.files.find((one) => one.path === PATH);
    const found = there ? await get(`file?path=${PATH}`) : { path: PATH, number: 0, data: {}, revisions: [] };
    file = { ...found, live: there?.live };
    form.data = found.data;
    kept = JSON.stringify(form.data);
    byId("signposts-clash").hidden = true;
    draw();
    return true;
  }

  function draw() {
    out.replaceChildren(
      ...TOPICS.map(([topic, title]) => section(topic, title)),
      element(
        "div.actions-bar",
        {},
        element("button.primary", { type: "button", on: { click: () => send("publish", "Published.") } }, "Publish"),
        element("button.second", { type: "button", on: { click: () => send("save", "Kept as a draft.") } }, "Keep as a draft"),
        file.live && element("button.plain", { type: "button", on: { click: takeBack } }, "Take back"),
      ),
      listRevisions("signposts-compared", file, () => form.data, revert),
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
      element("div.said", { id: `f-${topic}-said` }),
      element("button.plain", { type: "button", on: { click: () => { form.data[topic] = [...routes, { name: "", how: "" }]; draw(); byId(`f-${topic}-${routes.length}-name`).focus(); } } }, "Add a route"),
    );
  }

  function check() {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const said = JSON.stringify(form.data);
      const found = await post("check", { path: PATH, data: form.data }).catch(() => null); // said when it is kept
      if (found && said === JSON.stringify(form.data)) markProblems(out, found);
    }, PAUSE);
  }

  async function send(to, said) {
    const name = claimName();
    if (!name) return undefined;
    const done = await trying(async () => {
      try {
        await post(to, { path: PATH, base: file.number, data: form.data, name });
      } catch (error) {
        if (error.data?.theirs) return showClash(byId("signposts-clash"), error, form.data, { keepMine, takeTheirs: () => trying(reread) });
        if (error.data?.refused) markProblems(out, error.data);
        throw error;
      }
      return reread();
    });
    if (done) announce(said);
    return undefined;
  }

  function keepMine(theirs) {
    file.number = theirs.number;
    send("save", "Kept as a draft.");
  }

  async function takeBack() {
    const name = window.confirm("Take your routes back? The national numbers stay.") && claimName();
    if (name) await move({ to: "withdrawn", name }, "Taken back.");
  }

  async function revert({ number }) {
    if (isChanged() && !window.confirm("What you wrote is not kept yet. Leave it?")) return;
    const name = claimName();
    if (name) await move({ to: "draft", number, name }, `The draft now says what version ${number} said.`);
  }

  async function move(change, said) {
    if (await trying(() => post("move", { path: PATH, base: file.number, ...change }).then(reread))) announce(said);
  }

  return open;
}
