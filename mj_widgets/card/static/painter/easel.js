/** The elements of a painter: the picture with two canvases over it, between two rows of controls. */

import { element, spokenText } from "../dom.js";
import { keepKeys } from "../host_keys.js";
import { control, group } from "./controls.js";
import { SIZES, TOOLS } from "./tools.js";

const HINT =
  "With keys: arrows move, Shift moves faster, Space or Enter begins and ends a stroke or a shape, " +
  "Esc takes it back, [ and ] change the size.";

/**
 * @typedef {object} Deeds what the controls do
 * @property {(tool: import("./tools.js").Tool) => void} choose
 * @property {() => void} resize
 * @property {(what: "Undone"|"Redone") => void} step
 * @property {(what: string, rule: (was: number) => number) => void} change
 */

/** @param {Deeds} deeds */
function makeTools({ choose, resize }) {
  const tools = TOOLS.map(([name, text, key]) => {
    const made = control(text, `${text} (${key.toUpperCase()})`, () => choose(name));
    made.setAttribute("aria-keyshortcuts", key);
    return made;
  });
  const slider = keepKeys(element("input", "paint-slider"));
  Object.assign(slider, { type: "range", min: 0, max: SIZES, value: 11, title: "Size: [ and ]" });
  slider.addEventListener("input", resize);
  const shownSize = element("span", "paint-value"); // an <output> would be said, too
  shownSize.setAttribute("aria-hidden", "true");
  const sized = element("label", "paint-size");
  sized.append("Size", slider, shownSize);
  const above = element("div", "paint-row");
  above.append(group("Tools", tools), sized);
  return { above, tools, slider, shownSize };
}

/** @param {Deeds} deeds */
function makeChanges({ step, change }) {
  const undo = control("Undo", "Undo (Ctrl or ⌘ Z)", () => step("Undone"));
  const redo = control("Redo", "Redo (Shift Ctrl or ⌘ Z)", () => step("Redone"));
  const clear = control("Clear", "Unmark everything", () => change("Cleared", () => 0));
  const invert = control("Invert", "Mark the rest instead", () => {
    change("Inverted", (was) => 1 - was);
  });
  const words = element("p", "paint-marked");
  const below = element("div", "paint-row");
  below.append(words, group("Changes", [undo, redo, clear, invert]));
  return { below, words, undo, redo, clear };
}

function makeStage() {
  const stage = element("div", "paint-stage");
  const image = element("img", "paint-image", { draggable: false });
  const tint = element("canvas", "paint-tint");
  const guide = keepKeys(element("canvas", "paint-guide", { tabIndex: 0 }));
  guide.setAttribute("role", "application");
  stage.append(image, tint, guide);
  const hint = element("p", "paint-hint", {
    id: `mj-${Math.random().toString(36).slice(2)}`,
    textContent: HINT,
  });
  guide.setAttribute("aria-describedby", hint.id);
  return { stage, image, tint, guide, hint };
}

/** @typedef {ReturnType<typeof makeEasel>} Easel */

/** @param {HTMLElement} el where it stands @param {Deeds} deeds */
export function makeEasel(el, deeds) {
  const [tools, stage, changes] = [makeTools(deeds), makeStage(), makeChanges(deeds)];
  const spoken = spokenText("paint-spoken");
  el.append(tools.above, stage.stage, changes.below, stage.hint, spoken);
  return { ...tools, ...stage, ...changes, spoken };
}
