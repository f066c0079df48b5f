/** Tasks and single pictures of them as whole numbers, as in `sets/items.py`. */

/** @param {number} item @returns {number} the task's number */
export const numberOf = (item) => item >>> 5;

/** @param {number} item @returns {number} which of its pictures, 0 for the whole */
export const quadrantOf = (item) => item & 31;

/** @param {DataView|undefined} data @returns {Uint32Array} */
export const itemsIn = (data) =>
  data
    ? new Uint32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength))
    : new Uint32Array();

/** @param {Iterable<number>} items @returns {DataView} */
export const dataOf = (items) => new DataView(Uint32Array.from(items).buffer);
