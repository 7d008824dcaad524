// Shows Block Kit as Slack does.

import { away, element } from "./elements.js";

/**
 * @param {object[]} blocks
 * @param {(pressed: object, button: HTMLElement) => void} press gets what Slack would send
 */
export function slackMessage(blocks, press) {
  return element("div.blocks", {}, ...blocks.map((block) => show(block, press)));
}

function show(block, press) {
  switch (block.type) {
    case "header":
      return element("h3", {}, block.text.text);
    case "divider":
      return element("hr");
    case "section":
      return element("div.section", {}, text(block.text), block.accessory && interactive(block.accessory, press));
    case "context":
      return element("div.context", {}, ...block.elements.map(text));
    case "rich_text":
      return element("div.rich", {}, ...block.elements.map(rich));
    case "actions":
      return element("div.actions", {}, ...block.elements.map((one) => interactive(one, press)));
    case "context_actions":
      return element("div.actions.verdicts", {}, ...block.elements.flatMap((one) => verdicts(one, press)));
    default:
      return element("p.context", {}, `(A block of the type ${block.type} is not shown here.)`);
  }
}

function rich(part) {
  switch (part.type) {
    case "rich_text_list":
      return element(part.style === "ordered" ? "ol" : "ul", {}, ...part.elements.map((item) => element("li", {}, ...runs(item))));
    case "rich_text_quote":
      return element("blockquote", {}, ...runs(part));
    case "rich_text_preformatted":
      return element("pre", {}, ...runs(part));
    default:
      return element("p", {}, ...runs(part));
  }
}

const runs = (part) => part.elements.map(run);

function run(part) {
  if (part.type === "link") return away(part.text || part.url, part.url);
  if (part.type === "user") return element("span.mention", {}, "@you");
  let shown = document.createTextNode(part.text ?? "");
  for (const [style, tag] of [["code", "code"], ["strike", "s"], ["italic", "em"], ["bold", "strong"]]) {
    if (part.style?.[style]) shown = element(tag, {}, shown);
  }
  return shown;
}

function text(object) {
  return element("p", {}, ...(object.type === "mrkdwn" ? mrkdwn(object.text) : [object.text]));
}

const MARKS = /<(https?:[^|>]+)(?:\|([^>]+))?>|\*([^*\n]+)\*|_([^_\n]+)_|~([^~\n]+)~|`([^`\n]+)`/g;

/** Slack's own markup: *bold*, _italic_, ~struck~, `code`, <https://…|links>. */
function mrkdwn(source) {
  const made = [];
  let end = 0;
  for (const found of source.matchAll(MARKS)) {
    const [all, url, label, bold, italic, struck, code] = found;
    made.push(unescaped(source.slice(end, found.index)));
    if (url) made.push(away(unescaped(label || url), unescaped(url)));
    else if (code) made.push(element("code", {}, unescaped(code)));
    else made.push(element(bold ? "strong" : italic ? "em" : "s", {}, ...mrkdwn(bold || italic || struck)));
    end = found.index + all.length;
  }
  return [...made, unescaped(source.slice(end))];
}

const unescaped = (source) => source.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

function interactive(part, press) {
  if (part.type === "static_select") return picker(part, press);
  if (part.type === "overflow") return menu(part, press);
  const style = part.style ? `.${part.style}` : "";
  const pressed = { type: "button", action_id: part.action_id, value: part.value };
  return element(
    `button${style}`,
    { type: "button", "aria-label": part.accessibility_label, on: { click: (event) => press(pressed, event.currentTarget) } },
    part.text.text,
  );
}

/** Slack acts as soon as something is chosen; here a button does, so that the arrow keys can be used. */
function picker(part, press) {
  const groups = part.option_groups ?? [{ options: part.options }];
  const options = ({ options }) => options.map((one) => element("option", { value: one.value }, one.text.text));
  const select = element(
    "select",
    { "aria-label": part.placeholder?.text ?? "Choose" },
    element("option", { value: "" }, part.placeholder?.text ?? "Choose"),
    ...groups.flatMap((group) =>
      group.label ? [element("optgroup", { label: group.label.text }, ...options(group))] : options(group),
    ),
  );
  const choose = (event) => {
    if (select.value) press({ type: "static_select", action_id: part.action_id, selected_option: { value: select.value } }, event.currentTarget);
    else select.focus();
  };
  return element("span.picker", {}, select, element("button", { type: "button", on: { click: choose } }, "Show"));
}

/** Slack's menu behind three dots: here a list of buttons that opens. */
function menu(part, press) {
  const option = (one) =>
    element(
      "button",
      { type: "button", on: { click: (event) => press({ type: "overflow", action_id: part.action_id, selected_option: { value: one.value } }, event.currentTarget) } },
      one.text.text,
    );
  return element("details.menu", {}, element("summary", {}, "More"), ...part.options.map(option));
}

function verdicts(part, press) {
  const made = (button, sign) => {
    const pressed = { type: "feedback_buttons", action_id: part.action_id, value: button.value };
    const click = (event) => {
      event.currentTarget.parentElement.querySelectorAll("button").forEach((one) => one.setAttribute("aria-pressed", String(one === event.currentTarget)));
      press(pressed, event.currentTarget);
    };
    return element(`button.${sign}`, { type: "button", "aria-pressed": "false", on: { click } }, button.text.text);
  };
  return [made(part.positive_button, "up"), made(part.negative_button, "down")];
}
