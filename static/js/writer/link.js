import { form, text } from "./rows.js";

// In the dialogue for a link: words that are typed where the address goes find articles, products and pages of the site.
// The arrows choose among them and Enter takes one; what is no address is not made a link.
const beginLinks = () => {
  const IS_ADDRESS = /^(?:https?:\/\/|mailto:|tel:|\/|#)/, IS_HOST = /^[\w-]+(?:\.[\w-]+)+(?:[/?#:]|$)/;
  const list = document.createElement("div");
  list.className = "cite-list link-list";
  list.id = "link-places";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Places of the site");
  const told = document.createElement("p");
  told.className = "link-told";
  told.setAttribute("role", "status");
  let timer, running, field = null;

  const options = () => [...list.children];
  const at = () => options().findIndex((one) => one.getAttribute("aria-selected") === "true");
  const close = () => {
    list.hidden = true;
    list.replaceChildren();
    if (field) {
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    }
  };
  const activate = (place) => {
    options().forEach((one, number) => one.setAttribute("aria-selected", String(number === place)));
    field.setAttribute("aria-activedescendant", options()[place].id);
    options()[place].scrollIntoView({ block: "nearest" });
  };
  const take = (one) => {
    field.value = one.dataset.url;
    told.textContent = `${one.textContent}. Enter makes the link.`;
    close();
    field.focus();
  };
  const search = async (words) => {
    if (running) running.abort();
    running = new AbortController();
    let rows;
    try {
      const answer = await fetch(`/${form.elements._preview_region.value}/search/suggest/?${new URLSearchParams({ q: words })}`, { signal: running.signal });
      if (!answer.ok) throw new Error("no answer");
      ({ rows } = await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") told.textContent = "Not searched: there is no connection. Type the address.";
      return;
    }
    if (!field || field.value.trim() !== words) return;
    list.replaceChildren(...rows.map((row, place) => {
      const one = document.createElement("div");
      one.id = `link-${place}`;
      one.setAttribute("role", "option");
      one.dataset.url = new URL(row.url, location.href).pathname;
      one.textContent = `${row.kind}: ${row.name}`;
      one.addEventListener("pointerdown", (event) => { event.preventDefault(); take(one); });
      return one;
    }));
    list.hidden = !rows.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    told.textContent = rows.length ? "" : "Nothing of the site is called so. Type other words, or the address.";
    if (rows.length) activate(0);
  };
  document.addEventListener("focusin", (event) => {
    const dialog = event.target.closest(".prose-editor-dialog");
    if (!dialog || event.target.name !== "href" || event.target === field) return;
    field = event.target;
    field.placeholder = "An address, or words to search for";
    for (const [name, value] of [["role", "combobox"], ["aria-controls", list.id], ["aria-expanded", "false"], ["aria-autocomplete", "list"], ["autocomplete", "off"]]) field.setAttribute(name, value);
    dialog.querySelector(".prose-editor-dialog-title").textContent = "Link";
    field.labels[0].textContent = "Where to";
    told.textContent = "";
    close();
    field.after(list, told);
  });
  document.addEventListener("input", (event) => {
    if (event.target !== field) return;
    clearTimeout(timer);
    told.textContent = "";
    const words = field.value.trim();
    if (IS_ADDRESS.test(words) || words.length < 2) close();
    else timer = setTimeout(() => search(words), 200);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target !== field) return;
    const count = options().length;
    if (event.key === "Enter" && !list.hidden) take(options()[at()]);
    else if (event.key === "Escape" && !list.hidden) close();
    else if (["ArrowDown", "ArrowUp"].includes(event.key) && count) activate((at() + (event.key === "ArrowDown" ? 1 : count - 1)) % count);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  document.addEventListener("submit", (event) => {
    const typed = field && event.target.contains(field) ? field.value.trim() : "";
    if (!typed || IS_ADDRESS.test(typed) || IS_HOST.test(typed)) return;
    event.preventDefault();
    event.stopPropagation();
    told.textContent = "That is no address. Choose one that was found, or type one such as https://example.org.";
    field.focus();
  }, true);
};
if (text) beginLinks();
