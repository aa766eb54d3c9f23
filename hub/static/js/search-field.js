/** A search box with suggestions: `<search-field suggest="/search/suggest">` around an input; the address answers `[{text, url, kind}]`. */

import { t } from "./i18n.js";
import { Listbox } from "./listbox.js";

const PAUSE = 150;

class SearchField extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.list = new Listbox(this, this.input, {
      label: t("suggestions"),
      choose: (item) => {
        if (item.url) {
          location.assign(item.url);
        } else {
          this.input.value = item.text;
          this.input.form.requestSubmit();
        }
      },
    });
    this.input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), PAUSE);
    });
  }

  async ask() {
    const words = this.input.value.trim();
    this.request?.abort();
    if (words.length < 2) {
      this.list.close();
      return;
    }
    this.request = new AbortController();
    try {
      const url = new URL(this.getAttribute("suggest"), location.href);
      url.searchParams.set("q", words);
      const answer = await fetch(url, { signal: this.request.signal, headers: { Accept: "application/json" } });
      if (answer.ok && document.activeElement === this.input) {
        this.list.show((await answer.json()).slice(0, 8));
      }
    } catch {
      // Suggestions are a convenience: the form itself still searches.
      this.list.close();
    }
  }
}

customElements.define("search-field", SearchField);
