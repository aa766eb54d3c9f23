/**
 * <plan-board>: planned cards can be dragged onto a city's planned cell. Dropping sends the card's own form,
 * which is also there for keyboard and for pages without this script. Other columns say why nothing moves there.
 */

class PlanBoard extends HTMLElement {
  #card = null;

  connectedCallback() {
    this.addEventListener("dragstart", (event) => this.#start(event));
    this.addEventListener("dragover", (event) => this.#over(event));
    this.addEventListener("dragleave", (event) => this.#unmark(event.target.closest?.(".plan__cell")));
    this.addEventListener("drop", (event) => this.#drop(event));
    this.addEventListener("dragend", () => this.#end());
  }

  #start(event) {
    this.#card = event.target.closest?.("[data-plan]") ?? null;
    event.dataTransfer?.setData("text/plain", this.#card?.dataset.plan ?? "");
  }

  #over(event) {
    const cell = event.target.closest?.(".plan__cell");
    if (!this.#card || !cell) return;
    // A shut cell takes the drop, too: only then can it say why.
    event.preventDefault();
    cell.classList.add(cell.dataset.open === undefined ? "plan__cell--shut" : "plan__cell--over");
  }

  #unmark(cell) {
    cell?.classList.remove("plan__cell--over", "plan__cell--shut");
  }

  #drop(event) {
    const cell = event.target.closest?.(".plan__cell");
    if (!this.#card || !cell) return;
    event.preventDefault();
    const form = this.#card.querySelector("form[data-assign]");
    this.#end();
    if (cell.dataset.open === undefined) {
      const why = cell.dataset.column === "planned" ? this.dataset.foreign : this.dataset.planned;
      this.querySelector(".plan__says").textContent = why;
      return;
    }
    if (form.elements.city.value === cell.dataset.city) return;
    form.elements.city.value = cell.dataset.city;
    form.requestSubmit();
  }

  #end() {
    this.#card = null;
    for (const cell of this.querySelectorAll(".plan__cell")) this.#unmark(cell);
  }
}

customElements.define("plan-board", PlanBoard);
