/** A button with `data-confirm="question"` asks in a dialog before its form is sent. Without script the form is just sent. */

import { make } from "./dom.js";
import { t } from "./i18n.js";

const agreed = new WeakSet();

/** Asks and resolves to true or false. */
export function ask(question, yes = t("confirm")) {
  return new Promise((resolve) => {
    const title = make("h2", { id: "confirm-title" }, t("confirmTitle"));
    const dialog = make(
      "dialog",
      { class: "dialog", "aria-labelledby": "confirm-title" },
      title,
      make("p", {}, question),
      make(
        "form",
        { method: "dialog", class: "dialog__actions" },
        make("button", { class: "kern-btn kern-btn--secondary", value: "no", autofocus: true }, make("span", { class: "kern-label" }, t("cancel"))),
        make("button", { class: "kern-btn kern-btn--primary", value: "yes" }, make("span", { class: "kern-label" }, yes)),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

document.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button?.dataset.confirm || agreed.has(button)) {
    agreed.delete(button);
    return;
  }
  event.preventDefault();
  if (await ask(button.dataset.confirm, button.textContent.trim())) {
    agreed.add(button);
    button.form.requestSubmit(button);
  }
}, true);
