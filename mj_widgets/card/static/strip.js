/**
 * What came of a task: a row of thumbnails, each a button that opens or closes its card below or
 * beside. The browser says `{type: "press", index}`, and shows as open what the kernel says.
 */

import { button, element } from "./dom.js";
import { hasKernel, outermostCard, send } from "./kernel.js";
import { Bytes } from "./tiles/bytes.js";

/** @typedef {{name: string, words: string, tone: string}} Thumb */

/** @param {() => void} press */
function makeThumb(press) {
  const made = button("thumb", "");
  const image = element("img", "stamp", { alt: "", decoding: "async", draggable: false });
  const name = element("b", "name", { dir: "auto" });
  made.append(image, name);
  made.addEventListener("click", press);
  return { made, image, name };
}

/** @param {{model: any, el: HTMLElement}} context */
function render({ model, el }) {
  el.classList.add("mj-strip");
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", "What came of it");
  /** @type {ReturnType<typeof makeThumb>[]} */
  const shown = [];
  const bytes = new Bytes();

  const press = (/** @type {number} */ index) =>
    hasKernel(el) && send(model, { type: "press", index }, () => outermostCard(el) ?? el);
  const paintImages = () => {
    bytes.begin(model.get("images"));
    paint();
  };
  const paint = () => {
    /** @type {Thumb[]} */
    const thumbs = model.get("thumbs");
    while (shown.length > thumbs.length) shown.pop()?.made.remove();
    while (shown.length < thumbs.length) {
      const index = shown.length;
      shown.push(makeThumb(() => press(index)));
      el.append(shown[index].made);
    }
    thumbs.forEach(({ name, words, tone }, index) => {
      const { made, image, name: label } = shown[index];
      const isOpen = index === model.get("open_at");
      label.textContent = name;
      made.dataset.tone = tone;
      made.title = `${name}: ${words}`;
      made.setAttribute("aria-label", made.title);
      made.setAttribute("aria-expanded", String(isOpen));
      const url = bytes.shown[index];
      image.hidden = !url;
      if (url) image.src = url;
      else image.removeAttribute("src");
    });
  };

  const painters = {
    "change:thumbs": paint,
    "change:open_at": paint,
    "change:images": paintImages,
  };
  for (const [event, work] of Object.entries(painters)) model.on(event, work);
  paintImages();
  return () => {
    for (const [event, work] of Object.entries(painters)) model.off(event, work);
    bytes.forget();
  };
}

export default { render };
