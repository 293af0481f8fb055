// Says two minutes before somebody is signed out for want of a page, and lets them stay.
const WARN_BEFORE = 120;
const LOOK_EVERY = 10_000;

let box = null;
let ends = 0;

/** Ask how long one stays signed in, or (POST) stay; and give the page's forms the token that holds now. */
async function ask(method) {
  const headers = method === "POST" ? { "X-CSRFToken": token() } : {};
  const answer = await fetch(box.dataset.session, { method, headers, credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  const { left, token: fresh } = await answer.json();
  ends = Date.now() + left * 1000;
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = fresh;
  return left;
}

const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

/** Whether somebody is signed in (again), with forms that can be sent. */
export async function isSignedIn() {
  try {
    return box !== null && (await ask("GET")) > 0;
  } catch {
    return false;
  }
}

function says(left) {
  const words = box.querySelector("[data-session-says]");
  const stay = box.querySelector("[data-session-stay]");
  const minutes = Math.max(1, Math.ceil(left / 60));
  box.querySelector("h2").textContent = left > 0 ? "You will be signed out soon" : "You have been signed out";
  words.textContent =
    left > 0
      ? `You have not opened a page for a while. You will be signed out in ${minutes} ${minutes === 1 ? "minute" : "minutes"}.`
      : "What you typed is still on this page. Sign in again in another window, then come back here and go on.";
  stay.hidden = left <= 0;
  box.querySelector("[data-session-in]").hidden = left > 0;
}

async function look() {
  if (Date.now() < ends - WARN_BEFORE * 1000) return;
  let left = 0;
  try {
    left = await ask("GET");
  } catch {
    return;
  }
  if (left > WARN_BEFORE) {
    if (box.open) box.close();
    return;
  }
  says(left);
  if (!box.open && !box.dataset.closed) box.showModal();
}

/** Watch over how long one stays signed in. */
export function watchSession(dialog) {
  box = dialog;
  ends = Date.now() + Number(dialog.dataset.idle) * 1000;
  dialog.querySelector("[data-session-stay]").addEventListener("click", async () => {
    try {
      await ask("POST");
      dialog.close();
    } catch {
      says(0);
    }
  });
  dialog.addEventListener("close", () => {
    dialog.dataset.closed = ends - Date.now() < WARN_BEFORE * 1000 ? "yes" : "";
  });
  setInterval(look, LOOK_EVERY);
  window.addEventListener("focus", look);
  look();
}
