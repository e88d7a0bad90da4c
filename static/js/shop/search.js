import { announce } from "./page.js";

// Suggestions as a listbox below the field (the ARIA pattern of a combobox); Enter without a choice searches as ever.
document.querySelectorAll("form[data-suggest]").forEach((form) => {
  const field = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  list.className = "find__list";
  list.id = `${field.id}-list`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.body.dataset.saySuggestions);
  list.hidden = true;
  form.append(list);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");
  let at = -1, timer, running, rows = [], said = "";
  const choose = (place) => {
    at = place;
    [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === at)));
    if (at >= 0) field.setAttribute("aria-activedescendant", list.children[at].id);
    else field.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    choose(-1);
  };
  const draw = () => {
    list.replaceChildren(...rows.map((row, number) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${number}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      const name = document.createElement("span");
      name.textContent = row.name;
      const note = document.createElement("small");
      note.textContent = row.note || row.kind;
      item.append(name, note);
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); });
      item.addEventListener("click", () => location.assign(row.url));
      return item;
    }));
    list.hidden = !rows.length;
    field.setAttribute("aria-expanded", String(!!rows.length));
    at = -1;
    if (rows.length) announce(said);
  };
  const ask = async () => {
    if (running) running.abort();
    running = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.suggest}?${new URLSearchParams({ q: field.value })}`, { signal: running.signal });
      ({ rows = [], said = "" } = answer.ok ? await answer.json() : {});
      if (document.activeElement === field) draw();
    } catch { /* the field still searches */ }
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    if (field.value.trim().length < 2) close();
    else timer = setTimeout(ask, 140);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      choose(((at + 1 + step + rows.length + 1) % (rows.length + 1)) - 1);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      location.assign(rows[at].url);
    }
  });
});
