/**
 * What a person sees of the page. VS Code shows all outputs of a notebook in one frame as tall as
 * the notebook, Colab each in a frame of its own: there `100vh` says nothing about the screen.
 */

/** @typedef {{left: number, top: number, width: number, height: number}} Box in CSS pixels */

/** Less is of no use, where there is more to have. */
const LEAST_HEIGHT = 240;

/**
 * Where something lies that is to be seen in place of an element, in a page of which only a part is
 * seen: over that part of the element; around it lies what belongs to the host.
 * @param {Box} seen @param {Box} around the element @returns {Box|null} null is out of sight
 */
export function placeOver(seen, around) {
  const left = Math.max(seen.left, around.left);
  const right = Math.min(seen.left + seen.width, around.left + around.width);
  const upper = Math.max(seen.top, around.top);
  const lower = Math.min(seen.top + seen.height, around.top + around.height);
  if (right <= left || lower <= upper) return null;
  const height = Math.max(lower - upper, Math.min(LEAST_HEIGHT, seen.height));
  const top = Math.min(upper, seen.top + seen.height - height);
  return { left, top, width: right - left, height };
}

/**
 * Tell what is seen of the page, at once and whenever it changes.
 * @param {(seen: Box|null) => void} tell gets null for all of it
 * @returns {() => void} ends it
 */
export function watchSeen(tell) {
  let frame = 0;
  const cover = document.createElement("span");
  Object.assign(cover.style, { position: "fixed", inset: "0", visibility: "hidden" });
  document.body.append(cover); // nowhere else: what is around it could hide it, or be its measure
  // One that looks anew tells where things are; else it would tell only how much of them is seen.
  const lookAgain = () => {
    observer.unobserve(cover);
    observer.observe(cover);
  };
  const observer = new IntersectionObserver(
    (entries) => {
      const { boundingClientRect: all, intersectionRect: seen } = entries[entries.length - 1];
      const isAll = seen.width > all.width - 1 && seen.height > all.height - 1;
      cancelAnimationFrame(frame);
      if (!isAll) frame = requestAnimationFrame(lookAgain);
      tell(isAll ? null : seen); // last: it may end this
    },
    { threshold: [0, 1] },
  );
  observer.observe(cover);
  return () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
    cover.remove();
  };
}
