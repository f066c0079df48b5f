/**
 * One picture of a card, a real button, or the video that plays in its place.
 *
 * @typedef {object} Tile
 * @property {HTMLButtonElement} button
 * @property {HTMLImageElement} image
 * @property {HTMLSpanElement} badge
 * @property {HTMLSpanElement} inside what is said in it while it is awaited
 * @property {HTMLVideoElement} [video] in place of the button while it plays
 * @property {HTMLButtonElement} [still] takes the picture of the video that is seen
 */

import { button, element } from "../dom.js";
import { keepKeys } from "../host_keys.js";

/** @param {number} index @param {() => void} press @returns {Tile} */
export function makeTile(index, press) {
  const made = keepKeys(button("tile", ""));
  const image = document.createElement("img");
  image.decoding = "async";
  image.draggable = true;
  const badge = element("span", "badge");
  badge.setAttribute("aria-hidden", "true");
  const inside = element("span", "inside");
  inside.setAttribute("aria-hidden", "true"); // the caption says it
  made.append(image, badge, inside);
  made.dataset.index = String(index + 1);
  made.addEventListener("click", press);
  return { button: made, image, badge, inside };
}

/**
 * @param {Tile} tile
 * @param {object} state
 * @param {number} state.index
 * @param {number} state.count of how many tiles
 * @param {number} state.columns how many of them stand side by side
 * @param {string} state.name what stands for the picture where it is not seen
 * @param {string} state.note what it is instead of the picture itself, "" for nothing
 * @param {string} [state.url] of the small copy
 * @param {{bytes: number, mime: string}} [state.movie]
 * @param {number} state.aspect
 * @param {boolean} state.unfinished
 */
export function paintTile(tile, { index, count, columns, name, note, url, movie, aspect, unfinished }) {
  const { button: pressed, image, badge } = tile;
  image.hidden = !url;
  if (url) image.src = url;
  else image.removeAttribute("src");
  image.alt = name;
  pressed.style.aspectRatio = String(aspect);
  // So flat that its buttons would hide it: they get room below.
  pressed.style.marginBlockEnd = columns > 1 && aspect > 5 ? "36px" : "";
  pressed.dataset.unfinished = String(unfinished);
  pressed.disabled = !url && !movie;
  const isMissing = pressed.disabled && !unfinished;
  pressed.dataset.missing = String(isMissing);
  const line = Math.floor(index / columns) + 1;
  pressed.style.gridArea = columns > 1 ? `${line} / ${(index % columns) + 1}` : "";
  pressed.dataset.movie = String(Boolean(movie));
  const keys = count > 1 && !movie ? "; after Tab or an arrow, u and v press its U and V" : "";
  // A picture that the kernel cannot open has no small copy: the browser shows the file itself.
  const play = movie?.mime.startsWith("image/") && !url ? "Show" : "Play";
  pressed.title = movie ? `${play} (${(movie.bytes / 1e6).toFixed(1)} MB)` : `Open full size${keys}`;
  if (isMissing) pressed.title = "It could not be had";
  const about = note && url ? `, ${note}` : "";
  const deed = isMissing ? "Missing:" : movie ? play : "Open";
  pressed.setAttribute("aria-label", `${deed} ${name}${about}`);
  badge.textContent = count > 1 ? `${index + 1}${about}` : "";
}

/**
 * Say something in a picture that is awaited.
 * @param {Tile} tile @param {string[]} words the first is in large letters; none say nothing
 */
export function sayInside({ inside }, [large, ...small]) {
  inside.replaceChildren(
    element("b", "large", { textContent: large ?? "", dir: "auto" }),
    ...small.map((textContent) => element("span", "small", { textContent, dir: "auto" })),
  );
  inside.hidden = !large;
}

/**
 * Play a video, or show an animation, where its tile is.
 * @param {Tile} tile @param {import("./bytes.js").Full} full @param {string|undefined} poster
 * @param {(still: ArrayBuffer) => void} onStill called with a PNG of what is seen of a video
 * @param {(aspect: number) => void} onShape called with its width over height, once that is known
 */
export function play(tile, { mime, url }, poster, onStill, onShape) {
  const { button: pressed, image } = tile;
  if (mime.startsWith("image/")) {
    image.src = url;
    image.hidden = false;
    pressed.dataset.movie = "false";
    return;
  }
  const video = keepKeys(element("video", "tile"));
  video.style.aspectRatio = pressed.style.aspectRatio; // its own size comes later
  video.style.gridArea = pressed.style.gridArea || "1 / 1"; // its button lies on it
  if (poster) video.poster = poster;
  Object.assign(video, { src: url, controls: true, loop: true, muted: true, autoplay: true });
  video.setAttribute("aria-label", image.alt);
  video.dataset.index = pressed.dataset.index;
  video.addEventListener("loadedmetadata", () => {
    if (video.videoHeight) onShape(video.videoWidth / video.videoHeight);
  });
  const still = keepKeys(button("still", "Use this still…"));
  // there is nothing to take yet
  still.hidden = true;
  video.addEventListener("loadeddata", () => (still.hidden = false));
  still.style.gridArea = video.style.gridArea;
  still.title = "Begin a new picture that looks like what is seen of the film just now";
  still.addEventListener("click", async () => {
    video.pause(); // what is seen stays seen
    const png = await pictureOf(video);
    if (png) onStill(png);
  });
  Object.assign(tile, { video, still });
  // It comes late: whoever has moved on meanwhile stays there.
  const active = document.activeElement;
  const isAwaited = !active || active === document.body || active === pressed;
  pressed.replaceWith(video, still);
  if (isAwaited) video.focus();
}

/** Have the tile again in place of its video. @param {Tile} tile */
export function stopPlaying(tile) {
  tile.video?.replaceWith(tile.button);
  tile.still?.remove();
  delete tile.video;
  delete tile.still;
}

/** @param {HTMLVideoElement} video @returns {Promise<ArrayBuffer|undefined>} a PNG of what is seen */
async function pictureOf(video) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  const png = await new Promise((give) => canvas.toBlob(give, "image/png"));
  return png?.arrayBuffer();
}
