/** `<copy-link><a href="…">Link kopieren</a></copy-link>`: a click copies the address instead of going there. */

import { make } from "./dom.js";
import { t } from "./i18n.js";

class CopyLink extends HTMLElement {
  connectedCallback() {
    const said = make("span", { class: "copied", role: "status" });
    this.append(" ", said);
    this.querySelector("a").addEventListener("click", async (event) => {
      event.preventDefault();
      try {
        await navigator.clipboard.writeText(event.currentTarget?.href ?? this.querySelector("a").href);
        said.textContent = t("copied");
      } catch {
        // No permission, or a page without https: the address bar at least has it.
        history.replaceState(null, "", this.querySelector("a").href);
        said.textContent = t("copyFailed");
      }
      setTimeout(() => (said.textContent = ""), 4000);
    });
  }
}

customElements.define("copy-link", CopyLink);
