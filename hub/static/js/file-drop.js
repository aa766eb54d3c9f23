/** Makes the file input inside a place to drop files on, and names what was chosen. */

import { make } from "./dom.js";
import { t } from "./i18n.js";

class FileDrop extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input[type=file]");
    const names = make("p", { class: "file-drop__names", role: "status" });
    names.textContent = t("dropHere");
    this.append(names);
    const over = (is) => this.classList.toggle("file-drop--over", is);
    this.addEventListener("dragover", (event) => {
      if (event.dataTransfer.types.includes("Files")) {
        event.preventDefault();
        over(true);
      }
    });
    this.addEventListener("dragleave", () => over(false));
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      if (event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
    input.addEventListener("change", () => {
      const chosen = [...input.files].map((file) => file.name);
      names.textContent = chosen.length ? t("chosen", { names: chosen.join(", ") }) : t("dropHere");
    });
  }
}

customElements.define("file-drop", FileDrop);
