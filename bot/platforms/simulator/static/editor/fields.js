// Fields of a form that are bound to data: what is typed goes into the data at once.

import { element } from "../elements.js";

export const ROLES = [
  ["manager", "Managers"], ["clinician", "Clinicians"], ["executive", "Executives"], ["council-officer", "Council officers"],
  ["councillor", "Councillors"], ["charity", "Charities"], ["representative", "Representatives of patients or carers"],
  ["trainee", "Trainees"], ["practice", "General practice"],
];

export const idOf = (at) => `f-${at.join("-").replace(/[^A-Za-z0-9-]/g, "-")}`;

/** The value at a place in data, or undefined. */
export function read(data, at) {
  return at.reduce((value, key) => (value === null || value === undefined ? undefined : value[key]), data);
}

/** Puts a value at a place in data, and makes what is missing on the way. */
export function write(data, at, value) {
  const last = at[at.length - 1];
  let where = data;
  at.slice(0, -1).forEach((key, depth) => {
    if (where[key] === null || typeof where[key] !== "object") where[key] = typeof at[depth + 1] === "number" ? [] : {};
    where = where[key];
  });
  where[last] = value;
}

/**
 * One field with its label, hint and place for what the checks say of it.
 * @param {{data: object, changed: () => void}} form
 * @param {{at: (string|number)[], label: string, hint?: string, rows?: number, type?: string, options?: string[][], list?: boolean, optional?: boolean, words?: number[]}} asked
 */
export function field(form, asked) {
  const id = idOf(asked.at);
  const value = read(form.data, asked.at) ?? "";
  const shown = asked.list ? (Array.isArray(value) ? value.join(asked.list === "lines" ? "\n" : ", ") : value) : textOf(value);
  const describing = [asked.hint && `${id}-hint`, `${id}-said`].filter(Boolean).join(" ");
  const common = { id, "aria-describedby": describing, "data-at": JSON.stringify(asked.at) };
  let control;
  if (asked.options) {
    control = element("select", common, ...asked.options.map(([key, label]) => element("option", { value: key, selected: key === shown }, label)));
    if (!asked.options.some(([key]) => key === shown)) control.value = "";
  } else if (asked.rows) {
    control = element("textarea", { ...common, rows: asked.rows });
    control.value = shown;
  } else {
    control = element("input", { ...common, type: asked.type ?? "text", min: asked.type === "number" ? 1 : undefined, max: asked.type === "number" ? 480 : undefined });
    control.value = shown;
  }
  const count = asked.words && element("span.count", { "aria-hidden": "true" });
  const tell = () => {
    if (!count) return;
    const words = control.value.trim() ? control.value.trim().split(/\s+/).length : 0;
    count.textContent = `${words} of ${asked.words[0]} to ${asked.words[1]} words`;
    count.classList.toggle("off", words > 0 && (words < asked.words[0] || words > asked.words[1]));
  };
  tell();
  control.addEventListener("input", () => {
    write(form.data, asked.at, asked.list ? split(control.value, asked.list) : control.value);
    tell();
    form.changed(control);
  });
  return element(
    "div.field",
    {},
    element("label", { for: id }, asked.label, asked.optional && element("span.optional", {}, " (optional)"), count),
    asked.hint && element("p.hint", { id: `${id}-hint` }, asked.hint),
    control,
    element("div.said", { id: `${id}-said` }),
  );
}

/** A group of choices of which any number holds. */
export function checks(form, { at, label, options }) {
  const chosen = () => read(form.data, at) ?? [];
  const boxes = options.map(([key, name]) => {
    const box = element("input", { type: "checkbox", value: key, checked: chosen().includes(key) });
    box.addEventListener("change", () => {
      write(form.data, at, box.checked ? [...chosen(), key] : chosen().filter((one) => one !== key));
      form.changed(box);
    });
    return element("label.check", {}, box, ` ${name}`);
  });
  return element("fieldset.checks", { id: idOf(at) }, element("legend", {}, label), ...boxes, element("div.said", { id: `${idOf(at)}-said` }));
}

const textOf = (value) => (typeof value === "object" ? (value?.text ?? "") : String(value));

const split = (text, how) => text.split(how === "lines" ? "\n" : /[,\n]/).map((one) => one.trim()).filter(Boolean);
