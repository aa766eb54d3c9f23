/**
 * `<live-part id data-busy>` shows the newest state of itself while it is busy: it fetches its own page every two seconds and
 * takes over the part with the same id. Without a script there is a link that loads the page again.
 */

const PAUSE = 2000;

class LivePart extends HTMLElement {
  connectedCallback() {
    this.wait();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  wait() {
    clearTimeout(this.timer);
    if (this.hasAttribute("data-busy")) {
      this.timer = setTimeout(() => this.renew(), PAUSE);
    }
  }

  async renew() {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const newest = page.getElementById(this.id);
      if (answer.ok && newest) {
        this.replaceChildren(...newest.childNodes);
        this.toggleAttribute("data-busy", newest.hasAttribute("data-busy"));
      }
    } finally {
      this.wait();
    }
  }
}

customElements.define("live-part", LivePart);
