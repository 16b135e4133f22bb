// Small comforts on top of pages that work without them.

// The error summary takes focus, so that it is seen and read out first.
document.querySelector("[data-focus]")?.focus();

// Double clicks do nothing twice: the second submit of the same form is dropped. (Without this script the
// key of the form sees to it.) What may be fetched again at once, such as a file, says data-again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || mayRepeat(form, event.submitter)) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // A page that is still here after ten seconds did not get through: it may be sent again.
  setTimeout(() => delete form.dataset.sent, 10_000);
});

function mayRepeat(form, button) {
  return form.hasAttribute("data-again") || button?.hasAttribute("data-again");
}

// The page may come back from the browser's memory: then its buttons must work again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Leaving with something typed and unsaved asks first, where a form wants that.
for (const form of document.querySelectorAll("form[data-confirm-leave]")) {
  let changed = false;
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}

// A file that is too large is said when it is chosen, and not sent; the words come with the field.
document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.files || !field.dataset.maxMb) return;
  const limit = Number(field.dataset.maxMb) * 1_000_000;
  const large = [...field.files].some((file) => file.size > limit);
  field.setCustomValidity(large ? field.dataset.tooLarge : "");
  tell(field, large ? field.dataset.tooLarge : "");
});

function tell(field, words) {
  const id = `${field.id}-too-large`;
  document.getElementById(id)?.remove();
  field.removeAttribute("aria-invalid");
  if (!words) return;
  field.setAttribute("aria-invalid", "true");
  const said = document.createElement("p");
  Object.assign(said, { id, className: "field-error", textContent: words });
  said.setAttribute("role", "alert");
  field.before(said);
}

// In the capturing phase: before anything that sends.
document.addEventListener("submit", stopTooLarge, true);

function stopTooLarge(event) {
  const fields = [...event.target.querySelectorAll("input[type=file]")];
  const large = fields.find((field) => field.validity.customError);
  if (!large) return;
  event.preventDefault();
  event.stopPropagation();
  large.focus();
}
