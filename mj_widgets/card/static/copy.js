/** Buttons that copy a text, and say for a while whether they could. */

/**
 * Copy to the clipboard; pages that are not served over https have only the old way.
 * @param {string} text @param {HTMLElement} near where the focus goes back to
 */
async function copy(text, near) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const field = document.createElement("textarea");
  field.value = text;
  near.after(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  near.focus();
  if (!copied) throw new Error("not allowed");
}

/**
 * Let a button copy when it is pressed; its own text comes back after a while.
 * @param {HTMLButtonElement} pressed
 * @param {object} what
 * @param {() => string} what.text
 * @param {(outcome: string) => void} what.say gets what the button says now
 * @param {() => void} [what.end] its own text is back
 */
export function copyOnPress(pressed, { text, say, end }) {
  const own = pressed.textContent;
  pressed.addEventListener("click", async () => {
    try {
      await copy(text(), pressed);
      pressed.textContent = "copied";
    } catch {
      pressed.textContent = "select it and press Ctrl+C";
    }
    say(pressed.textContent ?? "");
    setTimeout(() => {
      pressed.textContent = own;
      end?.();
    }, 1500);
  });
}
