// A button that prints the page, where there is a script to do it; answers to questions are printed open.
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
addEventListener("beforeprint", () => document.querySelectorAll(".questions details").forEach((part) => { part.open = true; }));
