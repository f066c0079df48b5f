/**
 * What is said to those who do not see it.
 * @param {HTMLElement} spoken
 */
export function makeVoice(spoken) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let soon;
  const say = (/** @type {string[]} */ ...sentences) => {
    clearTimeout(soon);
    spoken.textContent = sentences.join(". ");
  };
  /** Say it when nothing else has happened for a while. @param {() => string} words */
  const saySoon = (words) => {
    clearTimeout(soon);
    soon = setTimeout(() => say(words()), 400);
  };
  return { say, saySoon, stop: () => clearTimeout(soon) };
}
