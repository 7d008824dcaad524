// The look inside: why a message is answered as it is, and everything that the bot can say.

import { away, bar, byId, element } from "./elements.js";
import { announce, get, once, post, trying } from "./server.js";

const DECISIONS = {
  answer: "It is answered with a lesson of the first theme.",
  clarify: "It is close between themes, so the bot asks back.",
  conversation: "It is about the conversation itself, so no lesson is chosen.",
  handover: "It is handed to people who can help. No lesson is ever given for it.",
  "out-of-scope": "It is not about leading change, so the bot says that it cannot help.",
};
const SURE = [
  [0.9, "nearly certain that this is"],
  [0.7, "fairly sure that this is"],
  [0.4, "not sure; it may be"],
  [0, "guessing; the nearest is"],
];
const AS_LIKELY = 0.1; // from which a second reading is worth a word
const percent = (share) => `${Math.round(share * 100)}%`;

export function startInside() {
  byId("why-form").addEventListener("submit", (event) => {
    event.preventDefault();
    explain(byId("why-text").value.trim());
  });
  return { open: once("knowledge", everything), explain };
}

/** Shows why a message is answered as it is; `session` and `answer` tell what it got in the ask view. */
async function explain(text, session = "look-inside", answer = "") {
  byId("why-text").value = text;
  if (!text) return;
  const found = await trying(() => post("why", { session, text, answer }));
  if (!found) return;
  byId("why").replaceChildren(decision(found), ...(found.named ? [] : [ranking(found.intents)]), ...lessons(found.lessons), words(found));
  announce(DECISIONS[found.decision]);
}

function decision(found) {
  const first = found.named ? `The message is a name: “${found.intents[0].title}”, so nothing had to be guessed. ` : "";
  return element("p.decision", {}, first + DECISIONS[found.decision]);
}

function ranking(intents) {
  const rows = intents.map((intent) =>
    element("tr", {}, element("th", { scope: "row" }, intent.title), element("td", {}, bar(intent.confidence), ` ${percent(intent.confidence)}`)),
  );
  const head = element("tr", {}, element("th", { scope: "col" }, "Taken for"), element("th", { scope: "col" }, "How sure"));
  const table = element("table.ranking", {}, element("thead", {}, head), element("tbody", {}, ...rows));
  return card("How sure the bot is", element("p", {}, inWords(intents)), element("details", {}, element("summary", {}, "The figures"), table));
}

/** Says in a sentence what the figures say; they follow for whoever wants them. */
function inWords([first, ...others]) {
  const sure = SURE.find(([least]) => first.confidence >= least)[1];
  const also = others.filter((one) => one.confidence >= AS_LIKELY).map((one) => `“${one.title}”`);
  return `The bot is ${sure} “${first.title}”.` + (also.length ? ` It also thought of ${also.join(" and ")}.` : " Nothing else came near.");
}

function words({ words: telling, nearest, named }) {
  if (named) return "";
  const near = nearest.map((one) => element("li", {}, `“${one.text}” `, element("span.hint", {}, one.intent.title)));
  return card(
    "What counted",
    telling.length
      ? element("ul.words", { "aria-label": "Words that counted, the most telling first" }, ...telling.map((word) => element("li", {}, word)))
      : element("p", {}, "No single word decided it."),
    element("p.hint", {}, "The nearest of the phrases that the classifier learnt from:"),
    element("ul.near", {}, ...near),
  );
}

function lessons(found) {
  if (!found) return [];
  const others = found.runners_up.map((one) => element("li", {}, element("details", {}, element("summary", {}, one.title), lesson(one))));
  return [
    card(
      "The lesson that was chosen",
      element("p.hint", {}, found.theme),
      element("h3", {}, found.chosen.title),
      element("p", {}, found.because.join(" ")),
      others.length ? element("p.hint", {}, "These came next:") : "",
      element("ul.others", {}, ...others),
    ),
  ];
}

const card = (title, ...content) => element("section.panel", {}, element("h2", {}, title), ...content);

function everything({ groups, sources }) {
  byId("knowledge-themes").replaceChildren(...groups.flatMap(group), allSources(sources));
  showSources(sources);
}

function group({ title, themes }) {
  const button = (theme) =>
    element("button.plain", { type: "button", on: { click: (event) => choose(event.currentTarget, () => showTheme(theme.id)) } }, theme.title, " ", element("span.hint", {}, element("span.unseen", {}, "lessons: "), String(theme.lessons)));
  return [element("h3", {}, title), element("ul", {}, ...themes.map((theme) => element("li", {}, button(theme))))];
}

function allSources(sources) {
  const button = element("button.plain", { type: "button", "aria-current": "true", on: { click: (event) => choose(event.currentTarget, () => showSources(sources, true)) } }, "The sources");
  return element("p", {}, button);
}

function choose(button, show) {
  byId("knowledge-themes").querySelectorAll("[aria-current]").forEach((one) => one.removeAttribute("aria-current"));
  button.setAttribute("aria-current", "true");
  show();
}

async function showTheme(id) {
  const theme = await trying(() => get(`knowledge/${encodeURIComponent(id)}`));
  if (!theme) return;
  const review = new Date(theme.review_by).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
  const heading = fill(
    theme.title,
    element("p", {}, theme.about),
    element("p.hint", {}, `Kept by ${theme.owner}, to be read again by ${review}. From the pack “${theme.pack}”.`),
    ...theme.lessons.map((one) => element("article.panel", {}, element("h4", {}, one.title), lesson(one))),
  );
  heading.focus();
}

function lesson(one) {
  return element(
    "div.lesson",
    {},
    element("p", {}, one.lesson),
    one.source?.satire && element("p.satire", {}, "This is satire. It shows how not to do it."),
    !one.source && element("p.hint", {}, one.experience),
    one.source && element("blockquote", {}, element("p", {}, `“${one.quote.replace(/^[“”]+|[“”]+$/g, "")}”`), element("footer", {}, one.source.url ? away(one.source.attribution, one.source.url) : one.source.attribution)),
    one.today && element("p.hint", {}, one.today),
    element("p.label", {}, "Small steps"),
    element("ul", {}, ...one.steps.map((step) => element("li", {}, step))),
  );
}

function showSources(sources, moved = false) {
  const heading = fill("The sources", element("p", {}, "Every quote is word for word from one of these."), ...sources.map(source));
  if (moved) heading.focus();
}

function source(one) {
  const title = one.url ? away(one.attribution, one.url) : one.attribution;
  return element(
    "article.panel",
    {},
    element("p", {}, title, one.satire ? " (satire)" : ""),
    one.note && element("p.hint", {}, one.note),
    element("p.hint", {}, `${one.quotes} ${one.quotes === 1 ? "lesson quotes" : "lessons quote"} it.`),
  );
}

function fill(title, ...content) {
  const heading = element("h3", { tabindex: "-1" }, title);
  byId("knowledge-theme").replaceChildren(heading, ...content);
  return heading;
}
