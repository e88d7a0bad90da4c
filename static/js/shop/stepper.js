import { prepare } from "./page.js";

// A stepper beside each quantity.
const steppers = (root) => root.querySelectorAll(".line__quantity input, .add-form__quantity input").forEach((field) => {
  if (field.parentElement.querySelector(".step")) return;
  const name = field.closest("label").textContent.trim();
  const step = (by, sign, word) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "step";
    made.textContent = sign;
    made.setAttribute("aria-label", `${word}: ${name}`);
    made.addEventListener("click", () => {
      const next = Math.min(Math.max(Number(field.value || 0) + by, Number(field.min)), Number(field.max));
      if (String(next) === field.value) return;
      field.value = next;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    return made;
  };
  field.setAttribute("aria-label", name); // the label around it now holds buttons too
  field.before(step(-1, "−", document.body.dataset.sayLess));
  field.after(step(1, "+", document.body.dataset.sayMore));
  field.parentElement.classList.add("stepped");
  const button = root.querySelector(".lines__update");
  if (button) button.classList.add("is-idle"); // keeps its place, so that nothing below moves
});
prepare(() => steppers(document));
