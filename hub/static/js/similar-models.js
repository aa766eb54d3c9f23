/**
 * `<similar-models src="/new/upload/similar">` inside a form asks, whenever the title, the service or the file changed, for models
 * that are like what the form holds so far, and shows the answer in its part with `data-answer`.
 * Without a script its button sends the form to the same question.
 */

const PAUSE = 700;
const LARGEST = 5_000_000;
const FIELDS = new Set(["title", "service", "service_key", "file", "source", "table", "kind"]);

class SimilarModels extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.answer = this.querySelector("[data-answer]");
    this.querySelector("button")?.closest("p")?.setAttribute("hidden", "");
    for (const kind of ["input", "change"]) {
      this.form.addEventListener(kind, (event) => {
        if (FIELDS.has(event.target.name)) {
          this.wait();
        }
      });
    }
    this.wait();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  /** What the question needs, without a file that would take long to send twice. */
  sent() {
    const all = new FormData(this.form);
    const some = new FormData();
    for (const [name, value] of all) {
      const large = value instanceof File && value.size > LARGEST;
      if ((FIELDS.has(name) || name === "csrf_token") && !large) {
        some.append(name, value);
      }
    }
    return some;
  }

  async ask() {
    this.request?.abort();
    this.request = new AbortController();
    try {
      const answer = await fetch(this.getAttribute("src"), { method: "POST", body: this.sent(), signal: this.request.signal });
      if (answer.ok && !answer.redirected) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        this.answer.replaceChildren(...page.body.childNodes);
      }
    } catch {
      // The question is a help; the form works without its answer.
    }
  }
}

customElements.define("similar-models", SimilarModels);
