// Small comforts on top of pages that work without them.

// The error summary takes focus, so that it is seen and read out first.
document.querySelector("[data-focus]")?.focus();

// Double clicks do nothing twice: the second submit of the same form is dropped.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !guards(form, event.submitter)) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // A page that is still here after ten seconds did not get through: it may be sent again.
  setTimeout(() => delete form.dataset.sent, 10_000);
});

function guards(form, button) {
  return form.hasAttribute("data-once") || button?.hasAttribute("data-once");
}

// The page may come back from the browser's memory: then its buttons must work again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Leaving with unsaved answers asks first, where a form wants that.
for (const form of document.querySelectorAll("form[data-confirm-leave]")) {
  let changed = false;
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  form.addEventListener("kursmedel:saved", () => (changed = false));
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}

// A file that is too large is said before it is sent; the words come with the field.
document.addEventListener("change", (event) => {
  const field = event.target;
  const limit = Number(field.dataset?.maxMb) * 1_000_000;
  if (!limit || !field.files) return;
  const large = [...field.files].some((file) => file.size > limit);
  field.setCustomValidity(large ? field.dataset.tooLarge || "" : "");
  if (large) field.reportValidity();
});

// A list that filters itself: changing a field of the filter asks for the list at once.
for (const form of document.querySelectorAll("form[data-at-once]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
