/**
 * `<edit-presence beat login>` on the page of an editor: says every half minute that it is open (POST to `beat`, answers
 * `{others: [sentence]}`), shows who else is editing, and says so when it is closed. Where the sign-in has ended it
 * offers to sign in before anything is sent. Without a script the server's sentences of the page's beginning stay.
 */

import { make } from "./dom.js";
import { t } from "./i18n.js";

const PAUSE = 30_000;

class EditPresence extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "status");
    this.stop = new AbortController();
    const { signal } = this.stop;
    addEventListener("pagehide", () => this.leave(), { signal });
    addEventListener("pageshow", (event) => event.persisted && this.beat(), { signal });
    this.timer = setInterval(() => this.beat(), PAUSE);
    this.beat();
  }

  disconnectedCallback() {
    this.stop.abort();
    clearInterval(this.timer);
  }

  async beat() {
    try {
      const answer = await fetch(this.getAttribute("beat"), { method: "POST", headers: { Accept: "application/json" } });
      if (answer.status === 401) {
        this.show([t("signInEnded")], this.getAttribute("login"));
      } else if (answer.ok) {
        this.show((await answer.json()).others);
      }
    } catch {
      // Without a connection nothing is known of others; the editor itself says when sending fails.
    }
  }

  show(sentences, login) {
    const said = sentences.join("\n");
    if (said === this.said) {
      return;
    }
    this.said = said;
    this.replaceChildren(...sentences.map((text) => make("p", { class: "presence" }, text)));
    if (login) {
      this.append(make("p", {}, make("a", { href: login, target: "_blank", rel: "noopener" }, t("signInNewTab"))));
    }
  }

  leave() {
    navigator.sendBeacon(this.getAttribute("beat"), new URLSearchParams({ leave: "1" }));
  }
}

customElements.define("edit-presence", EditPresence);
