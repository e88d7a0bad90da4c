// A form marked data-once is sent once: its button says so, and a second click does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter;
  if (button && button.dataset.busy) {
    button.setAttribute("aria-disabled", "true");
    button.textContent = button.dataset.busy;
  }
});
