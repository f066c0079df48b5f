/** The flags as people see them. */

/** @type {Record<string, {sign: string, deed: string, done: string, key: string}>} */
export const FLAG_NAMES = {
  pick: { sign: "⚑", deed: "Pick", done: "picked", key: "P" },
  reject: { sign: "✕", deed: "Reject", done: "rejected", key: "X" },
};
