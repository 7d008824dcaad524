// Talks to the server, and says so when it cannot.

import { byId } from "./elements.js";

const OFFLINE = "The server does not answer. Is it still running? Nothing was lost; try again in a moment.";

/** Something that can be told to the person: one sentence, and the field it is about where there is one. */
export class Trouble extends Error {
  constructor(sentence, field = "") {
    super(sentence);
    this.field = field;
  }
}

export const get = (path) => send(path, {});

export const post = (path, data) =>
  send(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(data) });

async function send(path, options) {
  let response;
  try {
    response = await fetch(`api/${path}`, options);
  } catch {
    throw new Trouble(OFFLINE);
  }
  const data = await response.json().catch(() => ({}));
  if (response.status === 401) window.location.reload();
  if (!response.ok) throw new Trouble(data.error || "The server could not answer that. Its log says why.", data.field);
  return data;
}

/** Does something; when it fails, shows why at the top of the page until something succeeds. */
export async function trying(work) {
  const shown = byId("trouble");
  try {
    const result = await work();
    shown.hidden = true;
    return result;
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    shown.textContent = error.message;
    shown.hidden = false;
    shown.scrollIntoView({ block: "nearest" });
    return undefined;
  }
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
