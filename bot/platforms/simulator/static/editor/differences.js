// What two states of a file say differently, field by field, for people who read no code.

import { element } from "../elements.js";

const NAMES = {
  title: "Title", about: "When it helps", owner: "Kept by", review_by: "Read again by", group: "Group", phrases: "Phrases", lesson: "Lesson", text: "Text",
  quote: "Quote", source: "Source", speaker: "Whose words", experience: "Whose experience", tags: "Words that people use", nudges: "Small steps", how: "How to do it",
  say: "What to say", if_not: "If they refuse", brief: "In one sentence", words_for: "Whose words these are", today: "What today's reader must know", for: "Whom it is for", minutes: "Minutes",
  place: "Where it was done", read: "To read on", lessons: "Lessons", url: "Link", name: "Name", extends: "Theme", author: "Author", publisher: "Publisher", date: "Date", kind: "Kind",
};
const QUIET = new Set(["id"]);

function flatten(value, at = [], found = new Map()) {
  if (Array.isArray(value) && at.at(-1) !== NAMES.nudges && value.every((one) => typeof one !== "object")) found.set(at.join(" › "), value.join("; "));
  else if (Array.isArray(value)) value.forEach((one, number) => flatten(one, [...at, `${number + 1}`], found));
  else if (value && typeof value === "object") {
    for (const [key, one] of Object.entries(value)) {
      if (!QUIET.has(key)) flatten(one, key === "text" && !value.source ? at : [...at, NAMES[key] ?? key], found); // a step may be text alone
    }
  } else if (value !== null && value !== undefined && value !== "") found.set(at.join(" › "), String(value));
  return found;
}

/** A list of what changed from one state to the other; a sentence where nothing did. */
export function showDifferences(before, after) {
  const was = flatten(before);
  const is = flatten(after);
  const places = [...new Set([...was.keys(), ...is.keys()])].filter((place) => was.get(place) !== is.get(place));
  if (!places.length) return element("p", {}, "They say the same.");
  return element(
    "dl.differences",
    {},
    ...places.flatMap((place) => [
      element("dt", {}, place),
      element(
        "dd",
        {},
        was.has(place) && element("del", {}, was.get(place)),
        is.has(place) && element("ins", {}, is.get(place)),
      ),
    ]),
  );
}
