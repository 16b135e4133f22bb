// The admin's search fields say what they are for to those who hear the page.
// They are drawn when the page is ready, after this is read.
window.addEventListener("load", () => {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) tell(select);
});

function tell(select) {
  const label = document.querySelector(`label[for="${select.id}"]`);
  if (!label) return;
  label.id ||= `label-of-${select.id}`;
  for (const part of select.parentElement.querySelectorAll(".select2-selection, [role=textbox]")) {
    const names = [label.id, part.getAttribute("aria-labelledby")];
    part.setAttribute("aria-labelledby", names.filter(Boolean).join(" "));
  }
}
