// A source beside its number: the list at the end stays what it is, and the link works without this.
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
  all.textContent = document.body.dataset.saySources;
  all.addEventListener("click", () => { open = null; box.remove(); });
  const done = document.createElement("button");
  done.type = "button";
  done.className = "button button--quiet";
  done.textContent = document.body.dataset.sayClose;
  done.addEventListener("click", close);
  box.append(words, all, " ", done);
  link.after(box);
  open = { box, link };
  done.focus();
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
