// Small improvements over forms that work without any of this.

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

// A page that comes back from the browser's own cache may show an old basket or a sent form: load it anew.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

// Show the messages of an action where the reader is, then step aside; they stay while they have focus.
const messages = document.querySelector(".messages");
if (messages && getComputedStyle(messages).position === "fixed") {
  const leave = () => {
    if (messages.matches(":hover, :focus-within")) setTimeout(leave, 4000);
    else messages.remove();
  };
  setTimeout(leave, 12000);
}

// An error summary takes the focus, so that it is read first.
const summary = document.querySelector(".notice--error[tabindex]");
if (summary) summary.focus();
