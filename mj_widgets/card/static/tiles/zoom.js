/** The full-size view: a modal dialog, so that Esc and focus are the browser's own. */

import { button, element } from "../dom.js";
import { keepKeys } from "../host_keys.js";
import { outermostCard } from "../kernel.js";
import { placeOver, watchSeen } from "../seen.js";

/**
 * Lay the view over the window, or where the page is larger than what is seen of it, over what is
 * seen of its card.
 * @param {HTMLDialogElement} dialog @param {import("../seen.js").Box|null} seen
 */
function place(dialog, seen) {
  const card = (outermostCard(dialog) ?? dialog.parentElement)?.getBoundingClientRect();
  const box = seen && card ? placeOver(seen, card) : null;
  if (box || !seen) {
    for (const side of /** @type {const} */ (["left", "top", "width", "height"])) {
      dialog.style[side] = box ? `${box[side]}px` : "";
    }
  }
  dialog.dataset.placed = "true";
}

/** What can be made of a picture, each with its label and its tooltip. */
const DEEDS = {
  edit: ["Edit…", "Paint a part of the picture anew, or more around it (e)"],
  animate: ["Animate…", "Make a film of the picture (a)"],
  style: ["Use as style…", "Begin a new picture that looks like this one (s)"],
};

/**
 * @param {() => void} onSave
 * @param {(deed: string) => void} onDeed called with what is to be made of the picture
 */
export function makeZoom(onSave, onDeed) {
  const dialog = element("dialog", "zoom");
  const stage = element("div", "stage");
  const image = document.createElement("img");
  const foot = element("div", "below");
  const words = document.createElement("p");
  words.setAttribute("role", "status");
  const save = keepKeys(button("save", "Save"));
  save.title = "Save it as a file beside the notebook";
  save.addEventListener("click", () => {
    words.textContent = "Saving…"; // a kernel that is busy answers late
    onSave();
  });
  const close = keepKeys(button("close", "×"));
  close.title = "Close (Esc)";
  close.setAttribute("aria-label", "Close");
  close.addEventListener("click", () => dialog.close());
  const beside = /** @type {(EventTarget|null)[]} */ ([dialog, stage, image, foot]);
  dialog.addEventListener("click", (event) => {
    if (beside.includes(event.target)) dialog.close();
  });
  stage.append(image);
  const deeds = Object.entries(DEEDS).map(([deed, [label, title]]) => {
    const made = keepKeys(button("deed", label));
    made.dataset.deed = deed;
    made.title = title;
    made.addEventListener("click", () => onDeed(deed));
    return made;
  });
  foot.append(words, ...deeds, save);
  dialog.append(stage, foot, close);

  let stopWatching = () => {};
  dialog.addEventListener("close", () => stopWatching());
  const open = () => {
    delete dialog.dataset.placed;
    dialog.showModal();
    close.focus({ preventScroll: true });
    stopWatching = watchSeen((seen) => place(dialog, seen));
  };
  return { dialog, image, words, save, deeds, open, stop: () => stopWatching() };
}

/**
 * @param {ReturnType<typeof makeZoom>} zoom
 * @param {object} state
 * @param {string} state.url
 * @param {string} state.name what stands for the picture where it is not seen
 * @param {boolean} state.isFull the url is the full size, not a small copy
 * @param {boolean} state.isLive the kernel can be asked for more
 * @param {boolean} state.unfinished
 * @param {number} state.aspect
 * @param {[number?, number?]} state.size in pixels, if known
 * @param {string[]} state.deeds what can be made of it
 */
export function paintZoom(zoom, { url, name, isFull, isLive, unfinished, aspect, size, deeds }) {
  const [width, height] = size;
  zoom.image.src = url;
  zoom.image.alt = name;
  zoom.dialog.setAttribute("aria-label", name);
  zoom.image.style.aspectRatio = String(aspect);
  zoom.image.style.setProperty("--mj-full-width", `${width || 4096}px`);
  const inPixels = width && height ? `${width}×${height}` : "";
  const toCome = isLive
    ? "loading the full size…"
    : "small copy: run the cell again for the full size";
  const note = isFull || unfinished ? inPixels : toCome;
  zoom.words.textContent = [name, note].filter(Boolean).join(" – ");
  zoom.save.hidden = unfinished || !isLive;
  for (const deed of zoom.deeds) {
    deed.hidden = unfinished || !isLive || !deeds.includes(deed.dataset.deed ?? "");
  }
}
