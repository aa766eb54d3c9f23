/** Changes light and dark at once and remembers it in a cookie; without script its form does the same by a page load. */

class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      this.choose(event.submitter.value);
    });
  }

  choose(theme) {
    if (theme === "auto") {
      delete document.documentElement.dataset.kernTheme;
    } else {
      document.documentElement.dataset.kernTheme = theme;
    }
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    for (const button of this.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === theme));
    }
  }
}

customElements.define("theme-switch", ThemeSwitch);
