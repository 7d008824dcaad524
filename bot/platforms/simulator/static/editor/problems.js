// What the checks say, told at the fields that it is about.

import { byId, element } from "../elements.js";
import { idOf } from "./fields.js";

/**
 * Says what is wrong where it is; what was said before goes.
 * @param {HTMLElement} root the form
 * @param {{refused: object[], advice: object[]}} found
 * @param {(problem: object) => boolean} isTold whether a problem is told at its field yet
 */
export function markProblems(root, { refused, advice }, isTold = () => true) {
  root.querySelectorAll(".said").forEach((one) => one.replaceChildren());
  root.querySelectorAll("[aria-invalid]").forEach((one) => one.removeAttribute("aria-invalid"));
  for (const [problems, kind] of [[refused, "error"], [advice, "advice"]]) {
    for (const problem of problems.filter(isTold)) {
      const place = findPlace(problem.at);
      const said = place && byId(`${place.id}-said`);
      if (!said) continue;
      said.append(element(`p.${kind}`, {}, sentence(problem)));
      if (kind === "error") place.setAttribute("aria-invalid", "true");
    }
  }
}

/** The field of a problem, or the nearest around it. */
export function findPlace(at) {
  for (let rest = [...at]; rest.length; rest.pop()) {
    const place = byId(idOf(rest));
    if (place) return place;
  }
  return null;
}

export const sentence = ({ what, mend }) => `${what.charAt(0).toUpperCase()}${what.slice(1)}. ${mend}`;
