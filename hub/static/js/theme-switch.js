/** Changes light and dark at once and tells the server; without script its form does the same by a page load. */

class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      this.choose(event.submitter.value, event.target);
    });
  }

  choose(theme, form) {
    if (theme === "auto") {
      delete document.documentElement.dataset.kernTheme;
    } else {
      document.documentElement.dataset.kernTheme = theme;
    }
    for (const button of this.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === theme));
    }
    const body = new FormData(form);
    body.set("theme", theme);
    // The page has changed already; if this fails, only the memory of it is lost.
    fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => {});
  }
}

customElements.define("theme-switch", ThemeSwitch);
