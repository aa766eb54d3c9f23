/**
 * `<passkey-button options="address" [new]><form>…<input type="hidden" name="answer"></form></passkey-button>`:
 * before the form is sent, the browser asks the device for a passkey (`new`: makes one) and puts its answer in.
 * The server makes the question and checks the answer; nothing is decided here.
 */

import { make } from "./dom.js";
import { t } from "./i18n.js";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const described = (rows) => (rows ?? []).map((row) => ({ ...row, id: bytes(row.id) }));

/** Asks the device; the answer in the form of WebAuthn's `toJSON`, which not every browser in use has. */
async function ask(options, isNew) {
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  if (isNew) {
    publicKey.user = { ...options.user, id: bytes(options.user.id) };
    publicKey.excludeCredentials = described(options.excludeCredentials);
  } else {
    publicKey.allowCredentials = described(options.allowCredentials);
  }
  const found = await (isNew ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
  const response = { clientDataJSON: text(found.response.clientDataJSON) };
  if (isNew) {
    response.attestationObject = text(found.response.attestationObject);
    response.transports = found.response.getTransports?.() ?? [];
  } else {
    response.authenticatorData = text(found.response.authenticatorData);
    response.signature = text(found.response.signature);
    response.userHandle = found.response.userHandle ? text(found.response.userHandle) : null;
  }
  return { id: found.id, rawId: text(found.rawId), type: found.type, response, clientExtensionResults: {} };
}

class PasskeyButton extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    if (!window.PublicKeyCredential) {
      form.hidden = true;
      this.append(make("p", { class: "small" }, t("passkeysUnknown")));
      return;
    }
    this.said = make("p", { class: "small", role: "status" });
    this.append(this.said);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(form);
    });
  }

  async send(form) {
    this.said.textContent = "";
    const token = form.elements.csrf_token.value;
    const answer = await fetch(this.getAttribute("options"), { method: "POST", headers: { "X-CSRFToken": token } });
    if (answer.status === 403) {
      // Who it is has to be proved again first: the form's own address leads there.
      form.elements.answer.value = "{}";
      form.submit();
      return;
    }
    if (!answer.ok) {
      this.said.textContent = t(answer.status === 429 ? "passkeyLater" : "passkeyFailed");
      return;
    }
    try {
      form.elements.answer.value = JSON.stringify(await ask(await answer.json(), this.hasAttribute("new")));
    } catch (error) {
      this.said.textContent = t(error.name === "InvalidStateError" ? "passkeyThere" : "passkeyStopped");
      return;
    }
    form.submit();
  }
}

customElements.define("passkey-button", PasskeyButton);
