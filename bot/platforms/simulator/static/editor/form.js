// The form of a theme or of added lessons: written, checked while typing, shown beside, kept, published, taken back.

import { byId, element } from "../elements.js";
import { announce, get, post, showTrouble, trying } from "../server.js";
import { startBeside } from "./beside.js";
import { checks, field, idOf, read, ROLES, write } from "./fields.js";
import { listRevisions, showClash } from "./revisions.js";

/** Who would say the words of a lesson and make its moves. */
const SEATS = [...ROLES, ["leading", "Whoever leads the change"], ["without-say", "Those to whom it is done"]];

const PAUSE = 700; // milliseconds without typing until the form is checked
const STATE = { draft: "A draft: nobody sees it yet.", published: "Published as it stands here.", withdrawn: "Taken back: nobody sees it.", removed: "Removed: nobody sees it." };

/** @param {{claimName: () => string, leave: () => void}} page */
export function startForm(page) {
  let file = null; // {path, number, state}
  let kept = "{}"; // as it was last read or written
  let choices = null;
  let timer = 0;
  let busy = false;
  let settled = Promise.resolve(); // ends when the server has answered the last change
  let shown = { lesson: 0, step: 0 };
  let told = ""; // beside the buttons, for whoever has scrolled down to them
  const form = { data: {}, changed: (control) => changed(control), touched: new Set() };
  const beside = startBeside({ form, path: () => file?.path ?? null, shown: () => shown });

  window.addEventListener("beforeunload", (event) => {
    if (file && isChanged()) event.preventDefault();
  });

  const isChanged = () => JSON.stringify(form.data) !== kept;
  const mayLeave = () => !file || !isChanged() || window.confirm("What you wrote is not kept yet. Leave it?");
  byId("write-form").addEventListener("submit", (event) => event.preventDefault());
  byId("write-form").addEventListener("focusin", (event) => follow(event.target));

  function changed(control) {
    if (control?.dataset.at) form.touched.add(control.dataset.at);
    tellState();
    tellBeside("");
    clearTimeout(timer);
    timer = setTimeout(() => beside.look(), PAUSE);
  }

  /** Shows the lesson and the step that is being written. */
  function follow(target) {
    const at = JSON.parse(target.dataset?.at ?? "null");
    if (!at || at[0] !== "lessons") return;
    const next = { lesson: at[1], step: at[2] === "nudges" ? at[3] : at[1] === shown.lesson ? shown.step : 0 };
    if (next.lesson === shown.lesson && next.step === shown.step) return;
    shown = next;
    beside.look();
  }

  async function open(path, data = {}) {
    await settled;
    if (!mayLeave()) return false;
    take(await load(path), data);
    return true;
  }

  async function load(path) {
    const pack = await get("pack");
    return { pack, found: path ? await get(`file?path=${encodeURIComponent(path)}`) : null };
  }

  function take({ pack, found }, data = {}) {
    choices = pack.choices;
    file = found ?? { path: null, number: 0, state: "draft", revisions: [] };
    file.live = pack.files.find((one) => one.path === file.path)?.live ?? false;
    form.data = withSteps(found ? found.data : begin(data));
    form.touched = new Set();
    kept = JSON.stringify(found || !data.phrases ? form.data : null); // a form that begins with a phrase holds something
    shown = { lesson: 0, step: 0 };
    byId("clash").hidden = true;
    draw();
  }

  function begin(data) {
    const started = data.extends ? { extends: data.extends } : { title: "", group: choices.own_group, about: "", owner: "", review_by: inAYear(), phrases: [] };
    return { ...started, ...data, lessons: [newLesson()] };
  }

  // Drawing

  function draw() {
    const theme = form.data.extends ? choices.themes.find((one) => one.id === form.data.extends)?.title ?? form.data.extends : "";
    byId("write-title").textContent = theme ? `Lessons for “${theme}”` : form.data.title || "A new theme";
    byId("write-form").replaceChildren(
      ...(form.data.extends ? [about(keeper())] : [about(...themeFields()), phrases()]),
      ...(form.data.lessons ?? []).map((_, number) => lesson(number)),
      element("p", {}, button("Add another lesson", () => { form.data.lessons = [...(form.data.lessons ?? []), newLesson()]; draw(); byId(idOf(["lessons", form.data.lessons.length - 1, "title"])).focus(); })),
      actions(),
      listRevisions("compared", file, () => form.data, revert),
    );
    tellState();
    beside.look();
  }

  const about = (...fields) => element("section.panel", { "aria-labelledby": "about-title" }, element("h2", { id: "about-title" }, "The theme"), ...fields);

  const keeper = () => element("div.pair", {}, field(form, { at: ["owner"], label: "Kept by", hint: "Who keeps this true: a team, or a role." }), field(form, { at: ["review_by"], label: "Read again by", type: "date" }));

  const themeFields = () => [
    field(form, { at: ["title"], label: "Title", hint: "What people would call it, as in “Winter and patient flow”." }),
    field(form, { at: ["about"], label: "When it helps", rows: 2, words: [12, 35], hint: "To the reader, as in “For when …”." }),
    keeper(),
    field(form, { at: ["group"], label: "Where it stands in the list of themes", options: choices.groups.map((one) => [one.id, one.title]) }),
  ];

  const phrases = () =>
    element(
      "section.panel",
      { "aria-labelledby": "phrases-title" },
      element("h2", { id: "phrases-title" }, "What people might write"),
      phrasesField(),
      element("p", {}, element("button.second", { type: "button", on: { click: () => beside.reportPhrases() } }, "See what they do")),
      element("div", { id: "phrases-report", role: "status" }),
    );

  const phrasesField = () =>
    field(form, { at: ["phrases"], label: "Phrases, one a line", rows: 8, list: "lines", hint: "Ten or more, as people would type them. Name the topic in most of them: “no beds again, everything backs up in A&E”. Without phrases the theme is found by its title and by its words alone." });

  function lesson(number) {
    const at = (...rest) => ["lessons", number, ...rest];
    const one = form.data.lessons[number];
    const quoted = Boolean(one.quote);
    const rest = ["how", "say", "if_not", "brief", "words_for"].some((key) => read(one, [key])?.length) || one.today || one.read;
    return element(
      "section.panel.lesson-form",
      { "aria-labelledby": `lesson-${number}-title`, id: idOf(at()) },
      element("h2", { id: `lesson-${number}-title` }, form.data.lessons.length > 1 ? `Lesson ${number + 1}` : "The lesson"),
      field(form, { at: at("title"), label: "Title", words: [2, 7] }),
      field(form, { at: at("lesson"), label: "Lesson", rows: 4, words: [25, 60], hint: "One idea, in your own words, to “you”." }),
      element(
        "fieldset.basis",
        { id: idOf(at("quote")) },
        element("legend", {}, "What it rests on"),
        choice(`basis-${number}`, "A quote from a text", quoted, () => { one.quote = { text: "", source: "" }; delete one.experience; draw(); byId(idOf(at("quote", "text"))).focus(); }),
        choice(`basis-${number}`, "Somebody’s experience", !quoted, () => { one.quote = null; one.experience = ""; draw(); byId(idOf(at("experience"))).focus(); }),
        element("div.said", { id: `${idOf(at("quote"))}-said` }),
        ...(quoted ? quote(number, at) : [field(form, { at: at("experience"), label: "Whose experience", hint: "A role, never a name, as in “a ward manager”. Readers are told that no text stands behind it." })]),
      ),
      element(
        "fieldset",
        { id: idOf(at("nudges")) },
        element("legend", {}, "Small steps"),
        element("p.hint", {}, "Each begins with what to do, in 12 to 30 words. New ones go to the end."),
        element("div.said", { id: `${idOf(at("nudges"))}-said` }),
        ...(one.nudges ?? []).map((_, step) => stepFields(number, step, at)),
        button("Add a step", () => { one.nudges = [...(one.nudges ?? []), { text: "" }]; draw(); byId(idOf(at("nudges", one.nudges.length - 1))).focus(); }),
      ),
      field(form, { at: at("tags"), label: "Words that people use", list: "commas", rows: 2, hint: "5 to 12, with commas between them: what somebody with this problem would say." }),
      element(
        "details",
        { open: Boolean(rest) },
        element("summary", {}, "More for whoever asks on (optional)"),
        field(form, { at: at("how"), label: "How to do it", rows: 4, list: "lines", optional: true, hint: "3 to 5 moves, one a line, 40 to 90 words together." }),
        field(form, { at: at("say"), label: "What to say", rows: 2, optional: true, hint: "1 to 3 sentences, as a person would say them." }),
        checks(form, { at: at("words_for"), label: "Whose words these are (anybody’s, where none is ticked)", options: SEATS }),
        field(form, { at: at("if_not"), label: "If they refuse", rows: 3, optional: true, words: [30, 60] }),
        field(form, { at: at("brief"), label: "In one sentence", optional: true, words: [5, 20] }),
        field(form, { at: at("today"), label: "What today’s reader must know", optional: true, hint: "For instance that a body in the quote has another name now." }),
        element("div.pair", {}, field(form, { at: at("read", "title"), label: "To read on: its title", optional: true }), field(form, { at: at("read", "url"), label: "Its link", optional: true, type: "url" })),
      ),
      element("p", {}, form.data.lessons.length > 1 && button("Remove this lesson", () => { if (window.confirm("Remove this lesson from the form?")) { form.data.lessons.splice(number, 1); shown = { lesson: 0, step: 0 }; draw(); byId("write-title").focus(); } })),
    );
  }

  const ownSource = (lesson) => choices.sources.find((one) => one.id === lesson.quote?.source)?.own;

  function quote(number, at) {
    const one = form.data.lessons[number];
    return [
      field(form, { at: at("quote", "text"), label: "The quote", rows: 3, words: [5, 60], hint: "Word for word. Put … where you cut." }),
      field(form, { at: at("quote", "source"), label: "Where it is from", options: [["", "Choose a text"], ...choices.sources.map((one) => [one.id, one.title])] }),
      field(form, { at: at("quote", "speaker"), label: "Whose words, where the text quotes somebody", optional: true }),
      sourceForm(number, at),
      ownSource(one) && sourceForm(number, at, ownSource(one)),
    ];
  }

  /** A text that quotes may name: a new one is kept with the others and chosen at once, one of ours is changed. */
  function sourceForm(number, at, own) {
    const data = { title: "", author: "", publisher: "", date: "", url: "", ...own };
    const told = element("p.hint", { role: "status" });
    const line = (key, label, hint = "") => {
      const input = element("input", { id: `source-${number}-${own ? "own" : "new"}-${key}`, value: data[key] ?? "" });
      if (hint) input.setAttribute("aria-describedby", `${input.id}-hint`);
      input.addEventListener("input", () => { data[key] = input.value; });
      return element("div.field", {}, element("label", { for: input.id }, label), hint && element("p.hint", { id: `${input.id}-hint` }, hint), input);
    };
    const keep = async () => {
      if (!data.title.trim()) return showTrouble("Give the text a title first.");
      const name = page.claimName();
      const id = name && (await trying(() => keepSource(data, name)));
      if (!id) return undefined;
      choices = (await get("pack")).choices;
      if (own) {
        byId(idOf(at("quote", "source"))).selectedOptions[0].textContent = data.title;
        told.textContent = "Kept. People see it once you publish.";
        return beside.look();
      }
      write(form.data, at("quote", "source"), id);
      draw();
      byId(idOf(at("quote", "source"))).focus();
      return announce("The text was added and chosen.");
    };
    return element("details", {}, element("summary", {}, own ? "Change what is said of this text" : "The text is not in the list"), line("title", "Its title"), element("div.pair", {}, line("author", "Author (optional)"), line("publisher", "Publisher (optional)")), element("div.pair", {}, line("date", "Date, as exactly as it is known (optional)"), line("url", "Link (optional)", "It begins with https://")), element("p", {}, button(own ? "Keep this change" : "Add this text", keep)), told);
  }

  function stepFields(number, step, at) {
    const here = at("nudges", step);
    const steps = form.data.lessons[number].nudges;
    return element(
      "div.step-form",
      {},
      stepText(here, step),
      element(
        "details",
        { open: Boolean(read(form.data, [...here, "for"])?.length || read(form.data, [...here, "minutes"])) },
        element("summary", {}, "Whom it is for, and how long it takes"),
        checks(form, { at: [...here, "for"], label: "For (everybody, where none is ticked)", options: ROLES }),
        field(form, { at: [...here, "minutes"], label: "Minutes that it takes", type: "number", optional: true }),
      ),
      steps.length > 1 && button(`Remove step ${step + 1}`, () => { steps.splice(step, 1); draw(); byId(idOf(at("nudges", Math.max(0, step - 1)))).focus(); }),
    );
  }

  function stepText(here, step) {
    const drawn = field(form, { at: [...here, "text"], label: `Step ${step + 1}`, rows: 2, words: [12, 30] });
    const control = drawn.querySelector("textarea");
    drawn.querySelector("label").htmlFor = control.id = idOf(here); // what is wrong with a step is told of the step
    drawn.querySelector(".said").id = `${idOf(here)}-said`;
    control.setAttribute("aria-describedby", `${idOf(here)}-said`);
    return drawn;
  }

  const actions = () =>
    element(
      "div.actions-bar",
      {},
      element("button.primary", { type: "button", on: { click: publish } }, "Publish"),
      element("button.second", { type: "button", on: { click: save } }, "Keep as a draft"),
      file.live && button("Take back", () => move("withdrawn", "Take it back? From then on nobody is shown it.")),
      file.path && file.state !== "removed" && button("Remove", () => move("removed", "Remove it from the list? You can bring it back later.")),
      element("span.hint", { id: "write-told", "aria-hidden": "true" }, told),
    );

  // Writing

  function tellState() {
    const state = !file.path ? "A new draft: nobody sees it yet." : file.live && file.state === "draft" ? "Published, with changes that are not published yet." : STATE[file.state];
    byId("write-state").textContent = isChanged() ? `${state} What you wrote since is not kept yet.` : state;
  }

  function tellBeside(text) {
    told = text;
    byId("write-told")?.replaceChildren(text);
  }

  async function send(path) {
    if (busy) return undefined; // a second press while the first is under way would meet its own change
    const name = page.claimName();
    if (!name) return undefined;
    busy = true;
    const sent = JSON.stringify(form.data);
    byId("trouble").hidden = true;
    byId("write-state").textContent = path === "publish" ? "Publishing. This takes a few seconds." : "Keeping it.";
    tellBeside("Please wait a few seconds.");
    try {
      const done = await post(path, { path: file.path, base: file.number, data: form.data, name });
      await reopen(done.path, sent);
      tellBeside(`${path === "publish" ? "Published" : "Kept"} at ${new Date().toLocaleTimeString("en-GB", { timeStyle: "short" })}.`);
      return done;
    } catch (error) {
      tellBeside("");
      tellState();
      if (error.data?.theirs) return showClash(byId("clash"), error, form.data, { keepMine, takeTheirs });
      if (error.data?.refused) beside.show(error.data, true);
      if (JSON.stringify(form.data) !== sent) beside.look(); // what was mended since is no longer wrong
      return trying(() => Promise.reject(error));
    } finally {
      busy = false;
    }
  }

  /** Whatever reads after this reads what the change left, wherever the person has gone meanwhile. */
  function change(work) {
    const done = work();
    settled = Promise.allSettled([settled, done]);
    return done;
  }

  async function save() {
    if (await change(() => send("save"))) announce("Kept as a draft.");
  }

  async function publish() {
    form.touched = new Set(["all"]);
    const done = await change(() => send("publish"));
    if (done?.path) announce("Published. Every copy of the bot shows it within seconds.");
  }

  /** Opens a file as it is now; what was written since it was sent stays in the form. */
  async function reopen(path, sent) {
    const loaded = await load(path);
    const focused = document.activeElement?.id;
    const open_ = [...document.querySelectorAll("#write-form details")].map((one) => one.open);
    const { touched, data: written } = form;
    const isSince = JSON.stringify(written) !== sent;
    take(loaded);
    form.touched = touched;
    if (isSince) {
      form.data = written;
      draw();
    }
    history_(path);
    document.querySelectorAll("#write-form details").forEach((one, number) => { one.open = open_[number] ?? one.open; });
    if (focused) byId(focused)?.focus();
    return true;
  }

  /** Names the file in the address, unless the person has left the form meanwhile. */
  const history_ = (path) => window.location.hash.startsWith("#write") && window.history.replaceState(null, "", `#write/${path}`);

  async function move(to, question) {
    if (!window.confirm(question)) return;
    const name = page.claimName();
    const { path, number } = file;
    const done = name && (await change(() => trying(() => post("move", { path, base: number, name, to }).then(() => reopen(path, kept)))));
    if (!done) return;
    announce(to === "removed" ? "Removed." : "Taken back.");
    if (to === "removed") page.leave();
  }

  async function revert(one) {
    if (!mayLeave()) return;
    const name = page.claimName();
    const done = name && (await trying(() => post("move", { path: file.path, base: file.number, name, to: "draft", number: one.number })));
    if (!done) return;
    kept = JSON.stringify(form.data);
    await open(file.path);
    announce(`The draft now says what version ${one.number} said.`);
  }

  function keepMine(theirs) {
    file.number = theirs.number;
    save();
  }

  function takeTheirs(theirs) {
    kept = JSON.stringify(form.data);
    open(file.path ?? theirs.path);
  }

  /** Keeps a text among those that quotes may name; one without an id gets its own. */
  async function keepSource(data, name) {
    const found = await get("pack");
    const there = found.files.find((one) => one.path === "sources.yaml");
    const before = there ? await get("file?path=sources.yaml") : { number: 0, data: { sources: [] } };
    const id = data.id ?? findFreeId(data.title, new Set(found.choices.sources.map((one) => one.id)));
    const kept = { id, kind: "advice", ...data };
    const listed = before.data.sources ?? [];
    const sources = data.id ? listed.map((one) => (one.id === id ? { ...one, ...kept } : one)) : [...listed, kept];
    await post("save", { path: "sources.yaml", base: before.number, data: { ...before.data, sources }, name });
    return id;
  }

  return { open, path: () => file?.path ?? "", isOpen: () => file !== null, isChanged, settle: () => settled };
}

function findFreeId(title, taken) {
  const slug = title.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 50) || "text";
  let id = `own-${slug}`;
  for (let number = 2; taken.has(id); number += 1) id = `own-${slug}-${number}`;
  return id;
}

const button = (label, click) => element("button.plain", { type: "button", on: { click } }, label);

function choice(name, label, checked, pick) {
  const radio = element("input", { type: "radio", name, checked });
  radio.addEventListener("change", pick);
  return element("label.check", {}, radio, ` ${label}`);
}

const newLesson = () => ({ title: "", lesson: "", quote: null, experience: "", tags: [], nudges: [{ text: "" }] });

/** Small steps may be written as text alone; in the form each has places for whom and how long. */
function withSteps(data) {
  for (const one of data.lessons ?? []) one.nudges = (one.nudges ?? []).map((step) => (typeof step === "object" ? step : { text: step ?? "" }));
  return data;
}

function inAYear() {
  const day = new Date();
  day.setFullYear(day.getFullYear() + 1);
  return day.toISOString().slice(0, 10);
}
