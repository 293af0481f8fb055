// Comforts for those who have scripts. Every page does its whole work without this file.
import { initAll } from "./vendor/govuk-frontend.min.js";
import { askForPasskey } from "./passkeys.js";
import { isSignedIn, watchSession } from "./session.js";
import { watchWords } from "./words.js";

const WAIT_BEFORE_SAVING = 1200;

/** Hide the options of a long list that do not hold what is typed; ticked ones always stay. */
function filterAsTyped(box) {
  const list = document.getElementById(box.dataset.filters);
  const said = document.getElementById(`${box.dataset.filters}-count`);
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const group of list.querySelectorAll("[data-group]")) {
      let inGroup = 0;
      for (const item of group.querySelectorAll("[data-item]")) {
        const text = item.textContent.toLowerCase();
        const ticked = item.querySelector("input")?.checked;
        item.hidden = !ticked && !words.every((word) => text.includes(word));
        if (!item.hidden) inGroup += 1;
      }
      group.hidden = inGroup === 0;
      shown += inGroup;
    }
    if (said) said.textContent = `${shown} shown`;
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

/** Save a form as a draft shortly after each change, and say when. */
function saveAsTyped(form) {
  const said = form.querySelector("[data-saved]");
  let timer;
  let unsaved = false;
  const send = async () => {
    const body = new FormData(form);
    body.set("save_draft", "1");
    const answer = await fetch(form.dataset.draft, { method: "POST", body, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const { saved } = await answer.json();
    said.textContent = `Saved ${saved}. Only you can see this draft.`;
    unsaved = false;
  };
  const save = async () => {
    try {
      await send().catch(async (problem) => {
        if (!(await isSignedIn())) throw problem;
        await send();
      });
    } catch {
      unsaved = true;
      said.textContent =
        "Not saved just now: you may have been signed out. What you typed is still on this page. Sign in again in another window, then go on here.";
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, WAIT_BEFORE_SAVING);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  window.addEventListener("focus", () => unsaved && save());
}

/** Copy a reference number. */
function copyOnPress(button) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  });
}

/** GOV.UK Frontend puts aria-expanded on radios and checkboxes, which their roles do not have: take it off again. */
function withoutExpanded() {
  document.querySelectorAll("input[aria-expanded]").forEach((input) => input.removeAttribute("aria-expanded"));
}

initAll();
withoutExpanded();
document.addEventListener("click", withoutExpanded);
window.addEventListener("pageshow", withoutExpanded);
document.querySelectorAll("[data-filters]").forEach(filterAsTyped);
document.querySelectorAll("form[data-draft]").forEach(saveAsTyped);
document.querySelectorAll("form[data-words]").forEach(watchWords);
document.querySelectorAll("dialog[data-session]").forEach(watchSession);
document.querySelectorAll("form[data-send-at-once]").forEach((form) => form.submit());
document.querySelectorAll("[data-copy]").forEach(copyOnPress);
document.querySelectorAll("form[data-passkey]").forEach(askForPasskey);
