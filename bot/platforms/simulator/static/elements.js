// Makes elements. Text only ever becomes text, never markup.

/**
 * @param {string} name tag, with classes after dots: "p.hint"
 * @param {Record<string, unknown>} attributes `on` holds listeners, `undefined` and `false` leave one out
 * @param {...(Node|string|null|undefined|false)} children
 */
export function element(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const made = document.createElement(tag);
  made.classList.add(...classes);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "on") Object.entries(value).forEach(([event, listener]) => made.addEventListener(event, listener));
    else if (value === true) made.setAttribute(key, "");
    else if (value !== undefined && value !== false && value !== null) made.setAttribute(key, String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** A bar whose length is a share from 0 to 1; the number stands beside it, so it is silent. */
export function bar(share) {
  const fill = element("span.fill");
  fill.style.inlineSize = `${Math.round(Math.max(0, Math.min(1, share)) * 1000) / 10}%`;
  return element("span.bar", { "aria-hidden": "true" }, fill);
}

/** A link that leaves the page; only to https. */
export function away(label, url) {
  if (!/^https:\/\//.test(url)) return element("span", {}, label);
  return element("a", { href: url, target: "_blank", rel: "noreferrer" }, label);
}

export const byId = (id) => document.getElementById(id);
