// A passkey that was cancelled or did not answer says so below its button, and not only in the console.

const said = document.querySelector("[data-passkey-failed]");

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  said.textContent = said.dataset.passkeyFailed;
});

// Said anew each time, or a screen reader would not say the same words twice.
document.addEventListener("click", () => (said.textContent = ""));
