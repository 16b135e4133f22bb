// Shows how far a long piece of work is. Without this script the link on the page looks again.

async function look() {
  const shown = document.getElementById("progress");
  const pause = Number(shown.dataset.againIn);
  if (!pause) return;
  await new Promise((done) => setTimeout(done, pause));
  try {
    const response = await fetch(location.href, { redirect: "error" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = response.ok && page.getElementById("progress");
    if (fresh) show(shown, fresh, page.title);
  } catch {
    // Not reached just now: the next look tries again.
  }
  look();
}

// The region itself stays: only then is what changes in it read out.
function show(shown, fresh, title) {
  shown.replaceChildren(...fresh.childNodes);
  shown.dataset.againIn = fresh.dataset.againIn ?? "";
  document.title = title;
}

look();
