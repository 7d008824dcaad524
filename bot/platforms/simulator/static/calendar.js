// The calendar view: what tips a described channel would get.

import { byId, element } from "./elements.js";
import { announce, once, post, trying } from "./server.js";

const ROOMY = window.matchMedia("(min-width: 60rem)"); // room for the form beside the days
const WAIT = 250; // milliseconds after the last change
const skipped = new Set();
let waiting = 0;
let file = ""; // address of the calendar file that is offered

export function startCalendar() {
  const form = byId("calendar-form");
  byId("channel").open = ROOMY.matches;
  form.addEventListener("change", later);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    skipped.clear();
    later();
  });
  byId("zones").append(...Intl.supportedValuesOf("timeZone").map((zone) => element("option", { value: zone })));
  return once("knowledge", choices);
}

async function choices({ groups }) {
  byId("themes").replaceChildren(...groups.map(themeGroup));
  await show();
}

function themeGroup(group) {
  const boxes = group.themes.map((theme) =>
    element("label", {}, element("input", { type: "checkbox", name: "themes", value: theme.id }), ` ${theme.title}`),
  );
  return element("fieldset", {}, element("legend", {}, group.title), ...boxes);
}

function later() {
  clearTimeout(waiting);
  waiting = setTimeout(show, WAIT);
}

async function show() {
  const form = byId("calendar-form");
  form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
  const channel = described(new FormData(form));
  byId("themes-chosen").textContent = channel.themes.length ? `${channel.themes.length} chosen` : "all";
  const data = await trying(() => post("calendar", channel).catch((error) => { mark(form, error.field); throw error; }));
  if (!data) return;
  const sum = `${data.tips} ${data.tips === 1 ? "tip" : "tips"} in these 30 days.`;
  byId("calendar-sum").textContent = sum;
  offer(data);
  byId("calendar-days").replaceChildren(...data.days.map(day));
  announce(sum);
}

function offer({ file: written, tips }) {
  if (file) URL.revokeObjectURL(file);
  file = URL.createObjectURL(new Blob([written], { type: "text/calendar" }));
  byId("calendar-file").href = file;
  byId("calendar-file").hidden = !tips;
}

function described(form) {
  return {
    at: form.get("at") || "",
    zone: form.get("zone").trim(),
    weekdays: form.getAll("weekdays").map(Number),
    themes: form.getAll("themes"),
    nation: form.get("nation"),
    start: form.get("start") || null,
    paused_until: form.get("paused_until") || null,
    skip: [...skipped],
  };
}

function mark(form, name) {
  const field = name && form.elements[name];
  if (field instanceof HTMLElement) field.setAttribute("aria-invalid", "true");
}

function day(shown) {
  const date = new Date(`${shown.day}T12:00:00Z`);
  const written = (options) => date.toLocaleDateString("en-GB", { timeZone: "UTC", ...options });
  const state = shown.tip ? "tip" : shown.left_out ? "left-out" : "quiet";
  const made = element(
    `li.${state}`,
    {},
    element(
      "h2.date",
      {},
      element("time", { datetime: shown.day }, element("span.weekday", {}, written({ weekday: "short" })), ` ${written({ day: "numeric" })} `, element("span.month-name", {}, written({ month: "short" }))),
    ),
    ...shown.notes.map((note) => element("p.note", {}, note)),
    shown.tip && tip(shown),
    shown.left_out && element("p.reason", {}, `No tip: ${shown.left_out}.`),
    skipButton(shown, written({ weekday: "long", day: "numeric", month: "long" })),
  );
  made.style.setProperty("--column", ((date.getUTCDay() + 6) % 7) + 1);
  return made;
}

function tip({ tip: chosen, local, offset, utc }) {
  return element(
    "div.coming",
    {},
    element("p.time", { title: `${utc} UTC` }, local, " ", element("span.offset", {}, offset)),
    element("p.theme-name", {}, chosen.theme),
    element(
      "details",
      {},
      element("summary", {}, chosen.title),
      element("p", {}, chosen.step),
      element("p.source", {}, chosen.satire ? "Satire, shown as how not to do it: " : "", chosen.source),
    ),
  );
}

function skipButton(shown, named) {
  const out = skipped.has(shown.day);
  if (!shown.tip && !out) return null;
  const label = out ? "Put back" : "Skip";
  const click = async () => {
    if (out) skipped.delete(shown.day);
    else skipped.add(shown.day);
    await show();
    document.querySelector(`[data-skip="${shown.day}"]`)?.focus();
  };
  return element("button.plain", { type: "button", "data-skip": shown.day, "aria-label": `${label} ${named}`, on: { click } }, label);
}
