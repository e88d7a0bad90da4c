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

// A source beside its number: the list at the end stays what it is, and the link works without this.
(() => {
  let open = null;
  const close = () => { if (open) { const { box, link } = open; open = null; box.remove(); link.focus(); } };
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".cite a");
    if (!link) { if (open && !open.box.contains(event.target)) close(); return; }
    const source = document.querySelector(link.getAttribute("href"));
    if (!source || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    close();
    const box = document.createElement("div");
    box.className = "source-popover";
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", link.getAttribute("aria-label"));
    const words = document.createElement("p");
    for (const node of source.childNodes) {
      if (!(node.getAttribute && (node.getAttribute("href") || "").startsWith("#cite"))) words.append(node.cloneNode(true));
    }
    const all = document.createElement("a");
    all.href = link.getAttribute("href");
    all.textContent = "In the list of sources";
    all.addEventListener("click", () => { open = null; box.remove(); });
    const done = document.createElement("button");
    done.type = "button";
    done.className = "button button--quiet";
    done.textContent = "Close";
    done.addEventListener("click", close);
    box.append(words, all, " ", done);
    link.after(box);
    open = { box, link };
    done.focus();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  addEventListener("beforeprint", () => document.querySelectorAll(".questions details").forEach((part) => { part.open = true; }));
})();
