// A page that stands alone: it is written into the report as it is, and asks nobody for anything.
"use strict";

const pictures = [...document.querySelectorAll("button.picture")];
const dialog = document.querySelector("dialog");
const shown = dialog.querySelector("img");
const words = dialog.querySelector("p");
let current = 0;

function show(place) {
  current = (place + pictures.length) % pictures.length;
  const image = pictures[current].querySelector("img");
  shown.src = image.src;
  shown.alt = image.alt;
  words.textContent = image.alt;
  if (!dialog.open) dialog.showModal();
}

function sort(table, header) {
  const column = [...header.parentNode.children].indexOf(header);
  const down = header.getAttribute("aria-sort") === "ascending";
  for (const other of header.parentNode.children) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", down ? "descending" : "ascending");
  const value = (row) => row.children[column].dataset.value ?? row.children[column].textContent;
  const compare = new Intl.Collator(undefined, { numeric: true }).compare;
  const body = table.tBodies[0];
  const rows = [...body.rows].sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (!a || !b) return !a - !b; // what is not said comes last, either way
    return down ? compare(b, a) : compare(a, b);
  });
  body.append(...rows);
}

pictures.forEach((button, place) => button.addEventListener("click", () => show(place)));
dialog.querySelector(".earlier").addEventListener("click", () => show(current - 1));
dialog.querySelector(".later").addEventListener("click", () => show(current + 1));
dialog.querySelector(".close").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => pictures[current].focus());
shown.addEventListener("click", () => dialog.close());
dialog.addEventListener("keydown", (event) => {
  if (event.key === "ArrowLeft") show(current - 1);
  else if (event.key === "ArrowRight") show(current + 1);
  else return;
  event.preventDefault();
});

for (const header of document.querySelectorAll("table.all thead th")) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...header.childNodes);
  header.append(button);
  button.addEventListener("click", () => sort(header.closest("table"), header));
}
