// Starts the editors' page: one view at a time, named by the part of the address after “#”.

import { byId, element } from "../elements.js";
import { get, showTrouble, trying } from "../server.js";
import { startAsked } from "./asked.js";
import { startForm } from "./form.js";
import { startSheet } from "./sheet.js";
import { startSignposts } from "./signposts.js";

const VIEWS = ["lessons", "write", "asked", "sheet", "signposts"];
const NAME = "small-steps-editor-name";
const links = [...document.querySelectorAll("header nav a")];

const name = byId("your-name");
name.value = localStorage.getItem(NAME) ?? "";
name.addEventListener("input", () => localStorage.setItem(NAME, name.value));

/** The name that goes with a change; where there is none it is asked for, and without one nothing is done. */
export function claimName() {
  if (name.value.trim()) return name.value.trim();
  const given = window.prompt("Your name, as others will see it beside this change. Nobody checks it.");
  if (given?.trim()) {
    name.value = given.trim().slice(0, 80);
    localStorage.setItem(NAME, name.value);
  } else showTrouble("Nothing was done, for a change needs a name. Give yours, and press again.");
  return name.value.trim();
}

const form = startForm({ claimName, leave: () => { window.location.hash = "lessons"; } });
const opened = { lessons: listFiles, write: () => {}, asked: startAsked({ claimName, open: write }), sheet: startSheet({ claimName }), signposts: startSignposts({ claimName }) };

export async function write(path, data = {}) {
  if (await trying(() => form.open(path, data))) window.location.hash = path ? `write/${path}` : "write";
}

const STATES = {
  draft: ["Draft", "seen by nobody"],
  published: ["Published", ""],
  withdrawn: ["Taken back", "seen by nobody"],
  removed: ["Removed", "seen by nobody"],
};

export function stateOf(file) {
  if (file.live && file.changed) return "Published, with changes that are not";
  const [label] = STATES[file.live ? "published" : file.state];
  return label;
}

async function listFiles() {
  await form.settle();
  const pack = await trying(() => get("pack"));
  if (!pack) return;
  const themes = pack.choices.themes.filter((theme) => !pack.files.some((file) => file.path === `themes/${theme.id}.yaml`));
  byId("extend-theme").replaceChildren(...themes.map((theme) => element("option", { value: theme.id }, theme.title)));
  const files = pack.files.filter((file) => file.path.startsWith("themes/"));
  const there = files.filter((file) => file.state !== "removed");
  const gone = files.filter((file) => file.state === "removed");
  byId("files").replaceChildren(
    there.length ? element("ul.files", {}, ...there.map(card)) : element("p.panel", {}, "There is nothing yet. Write a first theme: you can stop at any time, a draft stays a draft."),
    gone.length ? element("details", {}, element("summary", {}, `Removed (${gone.length})`), element("ul.files", {}, ...gone.map(card))) : "",
  );
}

function card(file) {
  const due = file.review_by && file.review_by < new Date().toISOString().slice(0, 10);
  const open = element("a", { href: `#write/${file.path}` }, file.title || "Without a title");
  return element(
    "li.panel.file",
    {},
    element("h2", {}, open),
    element("p", {}, element("span.state", { "data-state": file.live ? (file.changed ? "changed" : "published") : file.state }, stateOf(file)), file.extends && element("span.hint", {}, " lessons added to a theme that is there")),
    element("ul.titles", {}, ...file.lessons.map((one) => element("li", {}, one.title || "Without a title", !one.quoted && element("span.hint", {}, " (from experience)")))),
    element(
      "p.hint",
      {},
      file.owner ? `Kept by ${file.owner}. ` : "Nobody is named who keeps it. ",
      file.review_by ? element(due ? "strong" : "span", {}, due ? `It should have been read again by ${day(file.review_by)}. ` : `To be read again by ${day(file.review_by)}. `) : "No day for reading it again. ",
      file.extends ? "" : `${file.phrases} ${file.phrases === 1 ? "phrase" : "phrases"}. `,
      `Last changed by ${file.name || "somebody"} on ${when(file.at)}.`,
    ),
  );
}

export const day = (iso) => (/^\d{4}-\d\d-\d\d$/.test(iso) ? new Date(`${iso}T12:00`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" }) : iso);
export const when = (iso) => new Date(iso).toLocaleString("en-GB", { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });

byId("new-theme").addEventListener("click", () => write(null));
byId("extend").addEventListener("submit", (event) => {
  event.preventDefault();
  if (byId("extend-theme").value) write(null, { extends: byId("extend-theme").value });
});

async function show(moveFocus) {
  const asked = window.location.hash.slice(1);
  const [view, ...rest] = asked.split("/");
  if (moveFocus && !VIEWS.includes(view)) return; // the skip link, or a link within a view
  let shown = VIEWS.includes(view) ? view : "lessons";
  const path = rest.join("/");
  // What is being written stays; what is not is read again, for somebody may have changed it meanwhile.
  if (shown === "write" && path && (form.path() !== path || !form.isChanged())) {
    if (!(await trying(() => form.open(path)))) shown = "lessons";
  } else if (shown === "write" && !form.isOpen()) {
    await form.open(null);
  }
  for (const other of VIEWS) byId(other).hidden = other !== shown;
  const link = shown === "write" ? "lessons" : shown;
  links.forEach((one) => (one.hash === `#${link}` ? one.setAttribute("aria-current", "page") : one.removeAttribute("aria-current")));
  const heading = byId(`${shown}-title`);
  document.title = `${heading.textContent} – Small Steps`;
  document.body.dataset.view = shown;
  await opened[shown]();
  if (moveFocus) {
    window.scrollTo(0, 0);
    heading.focus({ preventScroll: true });
  }
}

window.addEventListener("hashchange", () => show(true));
show(false);
