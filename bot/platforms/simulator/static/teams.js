// Shows Adaptive Cards with Microsoft's own renderer, in the colours and sizes of Teams.

/* global AdaptiveCards */

const DARK = window.matchMedia("(prefers-color-scheme: dark)");
const shown = new Map(); // what to draw again when the colours change
DARK.addEventListener("change", () => shown.forEach((draw) => draw()));

/**
 * @param {object} card
 * @param {(pressed: object, button: HTMLElement|null) => void} press gets what Teams would send
 */
export function teamsMessage(card, press) {
  const place = document.createElement("div");
  place.className = "card";
  const draw = () => place.replaceChildren(drawn(card, press));
  shown.set(place, draw);
  draw();
  return place;
}

export const forgetCards = () => shown.clear();

function drawn(card, press) {
  const made = new AdaptiveCards.AdaptiveCard();
  made.hostConfig = new AdaptiveCards.HostConfig(hostConfig(DARK.matches));
  made.onExecuteAction = (action) => action.data && press(action.data, document.activeElement); // folding sends nothing
  made.parse(card);
  const rendered = made.render();
  rendered.removeAttribute("tabindex"); // the card itself cannot be used, only what is in it
  rendered.querySelectorAll('a[href^="https:"]').forEach((link) => Object.assign(link, { target: "_blank", rel: "noreferrer" }));
  return rendered;
}

// Markdown as our cards use it: escaped signs and links. Anything else stays the text that it is.
AdaptiveCards.AdaptiveCard.onProcessMarkdown = (source, result) => {
  const escaped = source.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  result.outputHtml = escaped
    .replace(/(?<!\\)\[([^\]]+)\]\((https:[^)\s]+)\)/g, '<a href="$2">$1</a>')
    .replace(/\\(&#\d+;|[^\w\s&])/g, "$1");
  result.didProcess = true;
};

function hostConfig(dark) {
  const ink = dark ? "#ffffff" : "#242424";
  const quiet = dark ? "#d6d6d6" : "#616161";
  const accent = dark ? "#a6a7f0" : "#4f52b2";
  const good = dark ? "#92d87f" : "#0b6a0b";
  const bad = dark ? "#f1a7ab" : "#a1262b";
  const warning = dark ? "#fce38a" : "#835b00";
  const tone = (colour) => ({ default: colour, subtle: colour });
  const colours = {
    default: { default: ink, subtle: quiet },
    accent: tone(accent),
    good: tone(good),
    attention: tone(bad),
    warning: tone(warning),
    light: tone(dark ? "#ffffff" : "#616161"),
    dark: tone(ink),
  };
  const style = (background) => ({ backgroundColor: background, borderColor: background, borderThickness: 0, foregroundColors: colours });
  return {
    fontFamily: '"Segoe UI", "Helvetica Neue", Arial, sans-serif',
    supportsInteractivity: true,
    fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
    fontWeights: { lighter: 300, default: 400, bolder: 600 },
    lineHeights: { small: 16, default: 20, medium: 20, large: 24, extraLarge: 32 },
    spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
    textBlock: { headingLevel: 3 },
    separator: { lineThickness: 1, lineColor: dark ? "#3d3d3d" : "#e0e0e0" },
    containerStyles: {
      default: style("transparent"),
      emphasis: style(dark ? "#333333" : "#f5f5f5"),
      good: style(dark ? "#152d12" : "#f1faf1"),
      attention: style(dark ? "#3a1d1f" : "#fdf3f4"),
      warning: style(dark ? "#3a3210" : "#fffbeb"),
      accent: style(dark ? "#23243f" : "#f0f0fb"),
    },
    actions: {
      maxActions: 6,
      spacing: "default",
      buttonSpacing: 8,
      showCard: { actionMode: "inline", inlineTopMargin: 8 },
      actionsOrientation: "horizontal",
      actionAlignment: "left",
    },
    inputs: { label: { inputSpacing: 4, requiredInputs: { weight: "bolder", suffix: " *", suffixColor: "attention" }, optionalInputs: { weight: "bolder" } } },
    factSet: { title: { weight: "bolder", wrap: true, maxWidth: 220 }, value: { wrap: true }, spacing: 16 },
  };
}
