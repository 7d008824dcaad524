// The ask view: one conversation, shown as Slack and as Teams show it.

import { byId, element } from "./elements.js";
import { announce, post, trying } from "./server.js";
import { slackMessage } from "./slack.js";
import { forgetCards, teamsMessage } from "./teams.js";

const LOOKS = {
  slack: { pane: "slack-messages", draw: (shown, press) => slackMessage(shown.blocks, press) },
  teams: { pane: "teams-messages", draw: teamsMessage },
};
const FOR_EVERYBODY = ["lesson", "theme", "tip"]; // Slack shows what else comes of a press to whoever pressed
const KEPT = "small-steps-conversation"; // in this tab alone, until it is closed
let session = crypto.randomUUID();
let turns = [];
let last = { text: "", answer: "" };
let busy = false;

/** @param {{lookInside: (text: string, session: string, answer: string) => void}} to */
export function startAsk({ lookInside }) {
  const form = byId("ask-form");
  const text = byId("ask-text");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    say(text.value.trim());
  });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.querySelectorAll(".chip").forEach((chip) => chip.addEventListener("click", () => say(chip.textContent)));
  byId("look-inside").addEventListener("click", () => lookInside(last.text, session, last.answer));
  byId("start-again").addEventListener("click", startAgain);
  document.querySelectorAll("input[name=look]").forEach((choice) => choice.addEventListener("change", chooseLook));
  chooseLook();
  restore();
  return greet;
}

/** Brings back after a reload what this tab kept. */
function restore() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if (!kept) return;
  session = kept.session;
  for (const { text, data, aside } of kept.turns) {
    if (text) {
      add("me", () => element("p.said", {}, text));
      begin(text, data);
    }
    reply(data, aside, text, false);
  }
}

const isHarmless = ({ data }) => data.reply.kind !== "handover" && (data.reply.care?.band ?? "none") === "none";

/** Keeps the conversation for a reload, but for turns that people must handle: neither the words nor the card. */
function keep() {
  const harmless = turns.filter(isHarmless);
  sessionStorage.setItem(KEPT, JSON.stringify({ session, turns: harmless.map(({ text, data, aside }) => ({ text, data, aside })) }));
}

function begin(text, data) {
  last = { text, answer: data.reply.answer ?? "" };
  document.querySelector("#ask .after").hidden = false;
}

function chooseLook() {
  byId("ask").dataset.look = document.querySelector("input[name=look]:checked").value;
}

/** Begins as both platforms do when the bot is added: it says hello. */
async function greet() {
  if (document.querySelector("#ask .message")) return;
  const data = await trying(() => post("say", { session, text: "hello" }));
  if (!data || document.querySelector("#ask .message")) return;
  const turn = { kind: "greeting" };
  turn.messages = add("bot", (look) => drawn(look, data, turn));
  Object.values(turn.messages).forEach((message) => message.classList.add("greeting"));
}

function startAgain() {
  session = crypto.randomUUID();
  turns = [];
  sessionStorage.removeItem(KEPT);
  last = { text: "", answer: "" };
  forgetCards();
  Object.values(LOOKS).forEach(({ pane }) => byId(pane).replaceChildren());
  delete byId("ask").dataset.begun;
  document.querySelector("#ask .after").hidden = true;
  greet();
  announce("A new conversation, in a place that has seen nothing yet.");
  byId("ask-text").focus();
}

async function say(text) {
  if (!text || busy) return;
  const mine = add("me", () => element("p.said", {}, text));
  const data = await answered(() => post("say", { session, text }));
  if (!data) {
    Object.values(mine).forEach((message) => message.remove());
    byId("ask-text").value = text;
    return;
  }
  byId("ask-text").value = "";
  begin(text, data);
  reply(data, false, text);
}

async function press(look, pressed, turn) {
  if (busy) return;
  const data = await answered(() => post("press", { session, look, pressed }));
  if (!data) return;
  if (turn.kind === "clarify" && isHarmless(turn)) {
    instead(turn, data);
    if (data.reply.answer) last.answer = data.reply.answer;
  } else reply(data, !FOR_EVERYBODY.includes(data.reply.kind));
}

async function answered(ask) {
  busy = true;
  byId("ask").setAttribute("aria-busy", "true");
  try {
    return await trying(ask);
  } finally {
    busy = false;
    byId("ask").removeAttribute("aria-busy");
  }
}

function reply(data, aside = false, text = "", aloud = true) {
  const turn = { kind: data.reply.kind, text, data, aside };
  byId("ask").dataset.begun = ""; // a phone shows the panes from now on, and only what is shown can be brought into view
  turn.messages = add("bot", (look) => drawn(look, data, turn), aside);
  turns.push(turn);
  keep();
  if (aloud) announce(data.teams.speak);
}

/** A question back is replaced by what was chosen, as both platforms do. */
function instead(turn, data) {
  turn.kind = data.reply.kind;
  turn.data = data;
  keep();
  for (const [look, message] of Object.entries(turn.messages)) {
    message.querySelector(".content").replaceChildren(drawn(look, data, turn));
  }
  const visible = Object.values(turn.messages).find((message) => message.offsetParent);
  visible?.focus();
  announce(data.teams.speak);
}

const drawn = (look, data, turn) => LOOKS[look].draw(data[look], (pressed) => press(look, pressed, turn));

/** Adds a message to both panes, and brings into view where the exchange begins, or the answer to a long message. */
function add(who, content, aside = false) {
  const messages = {};
  for (const [look, { pane }] of Object.entries(LOOKS)) {
    const message = messageOf(who, content(look), aside && look === "slack");
    const place = byId(pane);
    place.append(message);
    messages[look] = message;
    show(place, message);
  }
  return messages;
}

function messageOf(who, content, aside) {
  const time = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const name = who === "bot" ? ["Small Steps", element("span.badge", {}, "App")] : ["You"];
  return element(
    `article.message.${who}`,
    { tabindex: "-1", "aria-label": who === "bot" ? "Small Steps" : "You" },
    aside && element("p.aside", {}, "Only visible to you"),
    element("span.avatar", { "aria-hidden": "true" }, who === "bot" ? element("img", { src: "static/mark.svg", alt: "" }) : "Y"),
    element("p.who", {}, element("b", {}, name[0]), name[1], " ", element("time", {}, time)),
    element("div.content", {}, content),
  );
}

function show(place, message) {
  const before = message.previousElementSibling;
  const short = before?.classList.contains("me") && before.offsetHeight < place.clientHeight / 3;
  const first = short ? before : message; // whoever wrote at length must not have to scroll to the numbers
  if (place.scrollHeight > place.clientHeight + 1) place.scrollTop = first.offsetTop;
  else if (message.offsetParent) message.scrollIntoView({ block: "nearest" });
}
