// What stands beside the form: the checks, the lesson as Slack and Teams show it, and a message to try.

import { byId, element } from "../elements.js";
import { post, trying } from "../server.js";
import { slackMessage } from "../slack.js";
import { forgetCards, teamsMessage } from "../teams.js";
import { read } from "./fields.js";
import { findPlace, markProblems, sentence } from "./problems.js";

const SHOWN = 12; // problems in the list; the rest are counted
const session = crypto.randomUUID();

/** @param {{form: {data: object, touched: Set<string>}, path: () => string|null, shown: () => {lesson: number, step: number}}} to */
export function startBeside({ form, path, shown }) {
  let asked = 0;
  document.querySelectorAll("#look-title ~ fieldset input").forEach((one) => one.addEventListener("change", () => draw(latest)));
  byId("try-form").addEventListener("submit", (event) => {
    event.preventDefault();
    tryMessage();
  });
  let latest = null;

  async function look() {
    const number = (asked += 1);
    const sent = { path: path(), data: form.data, ...shown() };
    const [found, preview] = await Promise.all([quietly("check", sent), quietly("preview", sent)]);
    if (number !== asked) return; // typed on since
    if (found) show(found, form.touched.has("all"));
    if (preview?.looks) draw((latest = preview.looks));
  }

  function draw(looks) {
    if (!looks) return;
    forgetCards();
    const teams = document.querySelector("input[name=look]:checked").value === "teams";
    const place = byId("look");
    place.className = `messages pane ${teams ? "teams" : "slack"}`;
    place.replaceChildren(message(looks, teams));
  }

  /** Says what is wrong where it is, and in a list; while somebody begins, what is empty still is not held against them. */
  function show({ refused, advice }, all) {
    markProblems(byId("write-form"), { refused, advice }, (problem) => all || !isEmpty(problem));
    const list = [...refused.map((one) => [one, "error"]), ...advice.map((one) => [one, "advice"])];
    byId("checks-said").textContent = summary(refused.length, advice.length);
    byId("checks-list").replaceChildren(
      ...list.slice(0, SHOWN).map(([problem, kind]) => item(problem, kind)),
      ...(list.length > SHOWN ? [element("li", {}, `and ${list.length - SHOWN} more.`)] : []),
    );
  }

  const isEmpty = (problem) => !form.touched.has(JSON.stringify(problem.at)) && isBlank(read(form.data, problem.at));

  function item(problem, kind) {
    const place = findPlace(problem.at);
    const text = `${where(problem.at)}${sentence(problem)}`;
    return element(`li.${kind}`, {}, place ? element("a", { href: `#${place.id}`, on: { click: (event) => { event.preventDefault(); jump(place); } } }, text) : text);
  }

  async function tryMessage() {
    const text = byId("try-text").value.trim();
    if (!text) return;
    const found = await trying(() => post("try", { session, text, path: path(), data: form.data }));
    if (found) byId("tried").replaceChildren(...tried(found));
  }

  /** Has the phrases learned beside what serves, and says what they do; it takes a few seconds. */
  async function reportPhrases() {
    const out = byId("phrases-report");
    out.replaceChildren(element("p.hint", {}, "Learning them. This takes a few seconds."));
    const found = await trying(() => post("phrases", { path: path(), data: form.data }));
    byId("phrases-report")?.replaceChildren(...(found ? phraseLines(found) : []));
  }

  return { look, show, reportPhrases };
}

function phraseLines({ report, titles, not_yet: notYet }) {
  if (notYet) return [element("p", {}, `It cannot be told yet: ${notYet}`)];
  const title = (id) => titles[id] ?? id.replaceAll("-", " ");
  const state = (wanted) => report.phrases.filter((one) => one.state === wanted);
  const elsewhere = report.phrases.filter((one) => one.today && one.today !== report.theme);
  const list = (said, lines) => (lines.length ? [element("p", {}, said), element("ul", {}, ...lines.map((one) => element("li", {}, one)))] : []);
  const found = state("found").length + state("offered").length;
  return [
    element("p", {}, `Of ${report.phrases.length} phrases ${found} would find their theme, were it learned from the others alone.`),
    ...list("These miss it. That is usual for a few; where it is most, name the topic in more of them:", state("missed").map((one) => `“${one.text}”`)),
    ...list("These go to people whatever a lesson says, and are not learned. Take them out:", state("handed-over").map((one) => `“${one.text}”`)),
    ...list("These are answered by another theme today:", elsewhere.map((one) => `“${one.text}” by ${title(one.today)}`)),
    ...list(`Of ${report.unseen.toLocaleString("en-GB")} messages about something else it would win ${report.won}:`, report.wins.slice(0, 8).map((one) => `“${one.text}” from ${title(one.taken_from)}`)),
    report.won === 0 ? element("p", {}, `Of ${report.unseen.toLocaleString("en-GB")} messages about something else it would win none.`) : "",
    typeof report.likely_missed === "number" ? element("p", {}, `Of messages without the theme’s own words it is likely to miss ${Math.round(report.likely_missed * 100)} %; many of them get a question back, in which it may stand.`) : "",
    ...report.warnings.map((one) => element("p.hint", {}, one)),
  ];
}

/** Whether nothing was written there yet, at any depth. */
function isBlank(value) {
  if (value === null || value === undefined || value === "") return true;
  return typeof value === "object" && Object.values(value).every(isBlank);
}

async function quietly(to, data) {
  try {
    return await post(to, data);
  } catch {
    return null; // said when something is kept; a check that fails while typing is none of the writer's business
  }
}

const message = (looks, teams) => (teams ? teamsMessage(looks.teams, () => {}) : slackMessage(looks.slack.blocks, () => {}));

function jump(place) {
  for (let one = place.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
  if (!place.matches("input, select, textarea")) place.setAttribute("tabindex", "-1");
  place.focus();
}

function where(at) {
  if (at[0] !== "lessons" || at.length < 2) return "";
  return `Lesson ${at[1] + 1}${at[2] === "nudges" && at.length > 3 ? `, step ${at[3] + 1}` : ""}: `;
}

function summary(refused, advice) {
  if (!refused && !advice) return "Nothing is wrong. It can be published.";
  const things = (count) => (count === 1 ? "1 thing" : `${count} things`);
  const first = refused ? `${things(refused)} must be filled in or mended before it can be published.` : "It can be published.";
  return advice ? `${first} ${things(advice)} would make it better.` : first;
}

const DECISIONS = {
  answer: "is answered with", clarify: "gets a question back; nearest is", conversation: "is taken for talk with the bot", handover: "is handed to people: it gets their numbers, and no lesson", "out-of-scope": "gets no lesson",
};

function tried({ today, draft, hindered, not_yet: notYet }) {
  const lines = [element("p", {}, "Today it ", outcome(today))];
  if (notYet) lines.push(element("p", {}, `With what you are writing it cannot be tried yet: ${notYet}`));
  if (draft) {
    const same = draft.decision === today.decision && draft.theme === today.theme && draft.lesson === today.lesson;
    lines.push(element("p", {}, same ? "With what you are writing, nothing changes." : element("span", {}, "With what you are writing it ", outcome(draft))));
    if (hindered) lines.push(element("p.hint", {}, hindered));
    if (draft.offered.length) lines.push(element("p", {}, `Below the reply it offers: ${draft.offered.join(", ")}.`));
    if (draft.looks) lines.push(element("div.messages.pane.slack", {}, message(draft.looks, false)));
  }
  const ranked = (draft ?? today).themes;
  lines.push(element("p.hint", {}, `Considered: ${ranked.map((one) => `${one.title} (${Math.round(one.confidence * 100)} %)`).join(", ")}.`));
  return lines;
}

function outcome(found) {
  const lesson = found.lesson ? ` “${found.lesson}” of ${found.theme}` : "";
  return element("strong", {}, `${DECISIONS[found.decision] ?? found.decision}${["answer", "clarify"].includes(found.decision) ? lesson : ""}.`);
}
