/** What a card is about, on one line: where it comes from, its prompt, its parameters. */

import { button, element } from "../dom.js";

const OPEN_THUMB = ":scope > .mj-body > .mj-strip > [aria-expanded='true']";

/**
 * A step goes with its card: the focus goes to the thumbnail that leads there again, once it is seen.
 * @param {any} thumb @param {HTMLElement} step @param {number} [triesLeft]
 */
function handFocusTo(thumb, step, triesLeft = 180) {
  const active = document.activeElement;
  const isLost = !active || active === document.body;
  if (!thumb || !(isLost || active === step)) return;
  if (isLost) thumb.focus({ preventScroll: true });
  if (document.activeElement === thumb || !triesLeft) return;
  requestAnimationFrame(() => handFocusTo(thumb, step, triesLeft - 1));
}

/**
 * The way back: the cards that this one stands in, from the outermost that is on the page.
 * @param {import("./place.js").Place} place @param {(index: number) => void} goBack
 */
function makePath(place, goBack) {
  const path = element("nav", "path");
  /** @param {string[]} names of the cards above, from the root @param {string} own */
  const paint = (names, own) => {
    const { above } = place;
    const first = Math.max(0, names.length - above.length);
    const said = JSON.stringify([first, names, own]);
    if (said === path.dataset.said) return; // one of them may have the focus
    path.dataset.said = said;
    path.setAttribute("aria-label", `Where ${own} comes from`); // two cards of a chain are seen
    const steps = names.slice(first).map((name, index) => {
      const step = button("step", name);
      step.title = `Back to ${name}`;
      step.setAttribute("aria-label", step.title); // a button of the card may have its name
      step.addEventListener("click", () => {
        goBack(first + index);
        const card = above.at(first + index - names.length);
        handFocusTo(card?.querySelector(OPEN_THUMB) ?? null, step);
      });
      return step;
    });
    path.hidden = !steps.length;
    const here = element("span", "here", { textContent: own, dir: "auto" });
    path.replaceChildren(...steps, ...(steps.length ? [here] : []));
    path.scrollLeft = path.scrollWidth; // the last steps are the nearest
  };
  return { path, paint };
}

/**
 * @param {any} model @param {import("./place.js").Place} place
 * @param {(index: number) => void} goBack to a card above, by its number from the root
 * @param {() => void} useMended
 * @returns {{parts: HTMLElement[], slip: HTMLElement, paint: () => void}} the slip is a line of its own
 */
export function makeHeading(model, place, goBack, useMended) {
  const { path, paint: paintPath } = makePath(place, goBack);
  const prompt = element("p", "prompt", { dir: "auto" });
  const chips = element("ul", "chips");
  chips.setAttribute("aria-label", "Parameters");
  const slip = element("p", "slip");
  const warning = element("span", "warning", { dir: "auto" });
  const use = button("use", "Use");
  use.addEventListener("click", () => {
    useMended();
    // the button goes with the warning
    place.panel?.querySelector("textarea")?.focus();
  });
  slip.append(warning, use);

  const paint = () => {
    const heading = model.get("heading");
    const { prompt: own = "", title = "", mended = "", button: name = "" } = heading;
    const isInside = place.above.length > 0;
    paintPath(heading.path ?? [], name || title || "new prompt");
    const isTold = isInside && heading.inherits && !title;
    prompt.textContent = isTold ? "" : title || own;
    prompt.hidden = !prompt.textContent;
    const said = (isTold ? heading.changed : heading.parameters) ?? [];
    const made = said.map((/** @type {string} */ text) => element("li", "chip", { textContent: text }));
    chips.replaceChildren(...made);
    chips.hidden = !made.length;
    warning.textContent = heading.warning ?? "";
    slip.hidden = !warning.textContent || isTold; // the card above says it of the same prompt
    use.hidden = !mended;
    use.title = `Use the mended prompt: ${mended}`;
    use.setAttribute("aria-label", use.title);
  };
  return { parts: [path, prompt, chips], slip, paint };
}
