// Passkeys: asks the browser to make or use one, and sends what it signed with the form around the button.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const SIGNED = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

/** What the server asks for, with bytes where the browser wants bytes. */
function readable({ publicKey }) {
  const read = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (read.user) read.user = { ...read.user, id: bytes(read.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (read[list]) read[list] = read[list].map((one) => ({ ...one, id: bytes(one.id) }));
  }
  return { publicKey: read };
}

/** What the passkey signed, as text that a form can send. */
function sendable(credential) {
  const response = {};
  for (const part of SIGNED) if (credential.response[part]) response[part] = text(credential.response[part]);
  const { id, type, authenticatorAttachment } = credential;
  const clientExtensionResults = credential.getClientExtensionResults();
  return JSON.stringify({ id, rawId: id, type, authenticatorAttachment, clientExtensionResults, response });
}

async function options(form) {
  if (form.dataset.passkeyOptions) return JSON.parse(form.dataset.passkeyOptions);
  const headers = { Accept: "application/json" };
  const answer = await fetch(form.dataset.passkeyOptionsFrom, { headers, credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

/** What went wrong, and what to do. */
function explained({ name, message }, adding) {
  if (message === "unsupported") return "This browser cannot use passkeys here. Use your password and code.";
  if (name === "InvalidStateError") return "This device has a passkey of yours already.";
  if (adding) return "No passkey was added. Try again, or use an authenticator app.";
  return "No passkey was used. Try again, or use your password and code.";
}

/** Have a form ask for a passkey before it is sent. */
export function askForPasskey(form) {
  const said = form.querySelector("[data-passkey-said]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.hidden = true;
    try {
      if (!window.PublicKeyCredential) throw new Error("unsupported");
      const asked = readable(await options(form));
      const adding = form.dataset.passkey === "create";
      const made = await (adding ? navigator.credentials.create(asked) : navigator.credentials.get(asked));
      form.querySelector("[data-passkey-credential]").value = sendable(made);
      form.submit();
    } catch (problem) {
      said.textContent = explained(problem, form.dataset.passkey === "create");
      said.hidden = false;
    }
  });
}
