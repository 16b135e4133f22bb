// A list and its cases by single keys. Without this script all links and buttons work as ever.

const OFF = "keys off"; // kept in this browser by who wants no single keys
const sheet = document.getElementById("keys");
const use = sheet.querySelector("[data-keys-on]");
const rows = [...document.querySelectorAll("[data-row]")];

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  o: () => rows[here()]?.click(),
  x: () => rows[here()]?.closest("tr").querySelector("input[type=checkbox]")?.click(),
  u: () => document.querySelector(".back-link")?.click(),
  n: () => document.querySelector("[data-next]")?.click(),
};

// The row in which something has focus; -1 where none has.
function here() {
  return rows.findIndex((row) => row.closest("tr").contains(document.activeElement));
}

function move(step) {
  const from = here();
  const to = from < 0 ? 0 : Math.min(Math.max(from + step, 0), rows.length - 1);
  rows[to]?.focus();
}

function isWriting(target) {
  const written = "input:not([type=checkbox], [type=radio]), textarea, select";
  return target.matches(written) || target.isContentEditable;
}

function press(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || isWriting(event.target)) return;
  if (event.key === "?") return toggle(event);
  const act = KEYS[event.key.toLowerCase()];
  if (!act || sheet.open || !use.checked) return;
  event.preventDefault();
  act();
}

function toggle(event) {
  event.preventDefault();
  if (sheet.open) sheet.close();
  else sheet.showModal();
}

use.checked = localStorage.getItem(OFF) === null;
use.addEventListener("change", () => {
  if (use.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "yes");
});
document.addEventListener("keydown", press);
document.querySelector("[data-keys]").addEventListener("click", toggle);
