/**
 * `<service-picker suggest="/services/suggest">` around the fields for a service's name and key: typing in either offers services of
 * the catalogue, and choosing one fills both. With `data-single` there is one field, which gets the key or the name.
 * Without a script the fields take what is typed; a key, a name or a synonym is understood when the form is sent.
 */

import { t } from "./i18n.js";
import { Listbox } from "./listbox.js";

const PAUSE = 150;

class ServicePicker extends HTMLElement {
  connectedCallback() {
    this.fields = [...this.querySelectorAll("input")];
    for (const input of this.fields) {
      this.watch(input);
    }
  }

  watch(input) {
    const list = new Listbox(input.parentElement, input, {
      label: t("suggestions"),
      modifier: "suggestions--field",
      choose: (item) => this.take(item),
    });
    input.parentElement.classList.add("service-picker__field");
    input.setAttribute("autocomplete", "off");
    let timer;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.ask(input, list), PAUSE);
    });
  }

  take(item) {
    const [name, key] = this.fields;
    if (key === undefined) {
      name.value = item.key || item.name;
    } else {
      name.value = item.name;
      key.value = item.key;
    }
    // Others on the page listen for a finished choice, such as the search for similar models.
    name.dispatchEvent(new Event("change", { bubbles: true }));
  }

  async ask(input, list) {
    const words = input.value.trim();
    this.request?.abort();
    if (words.length < 2) {
      list.close();
      return;
    }
    this.request = new AbortController();
    try {
      const url = new URL(this.getAttribute("suggest"), location.href);
      url.searchParams.set("q", words);
      const answer = await fetch(url, { signal: this.request.signal, headers: { Accept: "application/json" } });
      if (answer.ok && document.activeElement === input) {
        list.show(await answer.json());
      }
    } catch {
      // Suggestions are a convenience: what is typed is understood when the form is sent.
      list.close();
    }
  }
}

customElements.define("service-picker", ServicePicker);
