// Starts the page: one view at a time, named by the part of the address after “#”.

import { startAsk } from "./ask.js";
import { startCalendar } from "./calendar.js";
import { byId } from "./elements.js";
import { startInside } from "./inside.js";
import { startInsights } from "./insights.js";

const links = [...document.querySelectorAll("header nav a")];
const names = links.map((link) => link.hash.slice(1));
const inside = startInside();
const opened = {
  ask: startAsk({ lookInside: (...asked) => { inside.explain(...asked); window.location.hash = "inside"; } }),
  calendar: startCalendar(),
  inside: inside.open,
  insights: startInsights(),
};

function show(moveFocus) {
  const asked = window.location.hash.slice(1);
  if (moveFocus && !names.includes(asked)) return; // the skip link, or a link within a view
  const name = names.includes(asked) ? asked : "ask";
  for (const other of names) byId(other).hidden = other !== name;
  links.forEach((link) => (link.hash === `#${name}` ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current")));
  const heading = byId(`${name}-title`);
  document.title = `${links[names.indexOf(name)].textContent} – Small Steps`;
  document.body.dataset.view = name;
  opened[name]();
  if (moveFocus) {
    window.scrollTo(0, 0);
    heading.focus({ preventScroll: true });
  }
}

window.addEventListener("hashchange", () => show(true));
show(false);
