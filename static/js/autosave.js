// Saves a step while it is being typed. Without this script the buttons of the form save it.

const PAUSE = 900; // after the last key, in milliseconds
const LONGEST_PAUSE = 60_000; // between two tries when nothing gets through
const PATIENCE = 15_000; // for one try

class Autosave {
  constructor(form) {
    this.form = form;
    this.said = document.getElementById("saved");
    this.typed = 0; // counts changes; all up to `stored` have been saved
    this.stored = 0;
    this.pause = PAUSE;
    form.addEventListener("input", (event) => event.target.type !== "file" && this.change());
    form.addEventListener("submit", (event) => this.submit(event));
    window.addEventListener("online", () => this.again());
    window.addEventListener("focus", () => this.again());
    document.addEventListener("visibilitychange", () => this.again());
    window.addEventListener("beforeunload", (event) => this.leave(event));
  }

  get unsaved() {
    return this.typed > this.stored;
  }

  change() {
    this.typed += 1;
    this.later(PAUSE);
  }

  again() {
    if (this.unsaved) this.later(0);
  }

  later(pause) {
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => this.save(), pause);
  }

  async save() {
    if (this.sending || !this.unsaved || this.stopped) return;
    this.sending = this.send().finally(() => (this.sending = null));
    await this.sending;
    if (this.unsaved) this.later(this.pause);
  }

  async send() {
    const upTo = this.typed;
    try {
      await this.take(await this.post(), upTo);
    } catch {
      this.retry(this.form.dataset.offline);
    }
  }

  post() {
    useNewestToken(this.form);
    return fetch(this.form.dataset.autosave, {
      method: "POST",
      body: answers(this.form),
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
  }

  async take(response, upTo) {
    const json = response.headers.get("Content-Type")?.includes("json");
    // A redirect leads to the sign-in page; a refusal in HTML is about the session's token.
    const signedOut = response.type === "opaqueredirect" || (response.status === 403 && !json);
    if (response.ok && json) return this.done(await response.json(), upTo);
    if (signedOut || response.status === 401) return this.retry(this.form.dataset.signedOut);
    if (json) return this.stop((await response.json()).message);
    if (response.status >= 500) return this.retry(this.form.dataset.failed);
    this.stop(this.form.dataset.failed);
  }

  done(saved, upTo) {
    this.form.elements.revision.value = saved.revision;
    this.form.elements.seal.value = saved.seal;
    this.stored = upTo;
    this.pause = PAUSE;
    this.say(saved.message, false);
    showAmount(this.form.dataset.card);
  }

  retry(words) {
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
    this.say(words, true);
  }

  // Changed elsewhere, or closed: only the person's own press of a button goes on from here.
  stop(words) {
    this.stopped = true;
    this.say(words, true);
  }

  say(words, wrong) {
    this.said.classList.toggle("field-error", wrong);
    if (this.said.textContent !== words) this.said.textContent = words;
  }

  // A save that is under way ends first: the form then carries the revision that it made.
  submit(event) {
    clearTimeout(this.timer);
    useNewestToken(this.form);
    this.leaving = !this.sending;
    if (!this.sending) return;
    event.preventDefault();
    const button = event.submitter;
    this.sending.finally(() => setTimeout(() => this.form.requestSubmit(button), 0));
  }

  leave(event) {
    if (this.unsaved && !this.leaving) event.preventDefault();
  }
}

function answers(form) {
  const typed = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return new URLSearchParams(typed);
}

// Signing in again, in another tab, gives a new token; without it nothing would be taken.
function useNewestToken(form) {
  const token = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1];
  if (token) form.elements.csrfmiddlewaretoken.value = token;
}

async function showAmount(url) {
  try {
    const response = await fetch(url, { redirect: "error" });
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("amount");
    if (fresh) document.getElementById("amount")?.replaceChildren(...fresh.childNodes);
  } catch {
    // The card keeps what it showed; the next save asks again.
  }
}

const form = document.querySelector("form[data-autosave]");
if (form) new Autosave(form);

// A page from the browser's memory carries an old revision: it is fetched anew.
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
