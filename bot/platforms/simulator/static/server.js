// Talks to the server, and says so when it cannot.

import { byId } from "./elements.js";

const OFFLINE = "The server does not answer. Is it still running? Nothing was lost; try again in a moment.";

/** Something that can be told to the person: one sentence, the field it is about, and whatever else was answered. */
export class Trouble extends Error {
  constructor(sentence, field = "", data = {}) {
    super(sentence);
    this.field = field;
    this.data = data;
  }
}

export const get = (path) => send(path, {});

export const post = (path, data) =>
  send(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(data) });

export const upload = (path, file) =>
  send(path, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file });

async function send(path, options) {
  let response;
  try {
    response = await fetch(`api/${path}`, options);
  } catch {
    throw new Trouble(OFFLINE);
  }
  const data = await response.json().catch(() => ({}));
  if (response.status === 401) window.location.reload();
  if (!response.ok) throw new Trouble(data.error || "The server could not answer that. Its log says why.", data.field, data);
  return data;
}

/** Does something; when it fails, shows why at the top of the page until something succeeds. */
export async function trying(work) {
  try {
    const result = await work();
    byId("trouble").hidden = true;
    return result;
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    showTrouble(error.message);
    return undefined;
  }
}

/** Shows a sentence at the top of the page until something succeeds. */
export function showTrouble(sentence) {
  const shown = byId("trouble");
  shown.textContent = sentence;
  shown.hidden = false;
  shown.scrollIntoView({ block: "nearest" });
}

/** Fetches once what a view shows; when that fails, the next opening of the view tries again. */
export function once(path, show) {
  let begun = false;
  return async () => {
    if (begun) return;
    begun = true;
    const data = await trying(() => get(path));
    begun = Boolean(data);
    if (data) await show(data);
  };
}

/** Tells screen readers. */
export function announce(text) {
  byId("news").textContent = text;
}
