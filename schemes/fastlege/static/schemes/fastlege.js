// Choosing a course of the list fills in what the list knows of it. Without this script, saving does.

const KNOWN = ["organiser", "link", "starts_on", "ends_on"];

// The same text however its spaces, dashes and capitals are written.
function plain(text) {
  return text.replaceAll("\u2013", "-").trim().split(/\s+/).join(" ").toLowerCase();
}

class CourseField {
  constructor(field) {
    this.field = field;
    this.options = [...document.getElementById(field.getAttribute("list")).options];
    this.said = field.parentElement.querySelector("[data-listed]");
    // What the list gave, by field: another course may take its place, what a person wrote stays.
    this.filled = new Map(KNOWN.map((name) => [name, this.known(this.chosen(), name)]));
    field.addEventListener("input", () => this.follow());
    this.say(this.chosen());
  }

  chosen() {
    return this.options.find((option) => plain(option.value) === plain(this.field.value));
  }

  follow() {
    const chosen = this.chosen();
    for (const name of KNOWN) this.fill(name, this.known(chosen, name));
    this.say(chosen);
  }

  known(option, name) {
    return option?.getAttribute(`data-${name}`) ?? "";
  }

  fill(name, known) {
    const other = this.field.form.elements[this.field.name.replace(/title$/, name)];
    if (other.value && other.value !== this.filled.get(name)) return;
    other.value = known;
    this.filled.set(name, known);
  }

  say(chosen) {
    this.said.textContent = chosen ? this.said.dataset.listed : "";
  }
}

for (const field of document.querySelectorAll("input[name$=title][list]")) new CourseField(field);
