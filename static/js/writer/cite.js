import { form, text, blocks, blockOf, editors, add, say } from "./rows.js";

// Two square brackets open the list of sources: what is typed behind them searches it, and the one that is chosen is
// cited there and stands among the references. Its words come from where the admin's own choices do.
const beginCiting = () => {
  const KIND = "articles_referenceblock_set";
  const model = document.getElementById(`${KIND}-empty`)?.content.querySelector("[name$='-reference']");
  if (!model) return;
  const list = document.createElement("div");
  list.className = "cite-list";
  list.id = "cite-list";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Sources");
  form.querySelector(".writer__article").append(list);
  let open = null, timer, running;

  const close = () => {
    list.hidden = true;
    if (open) open.editor.view.dom.removeAttribute("aria-activedescendant");
    open = null;
  };
  const typed = (editor) => {
    const { $from, empty } = editor.state.selection;
    if (!empty) return null;
    const before = $from.parent.textBetween(0, $from.parentOffset, "\n", "\uFFFC"), found = before.match(/\[\[([^\][]{0,100})$/);
    return found && { words: found[1], from: $from.pos - found[1].length, to: $from.pos };
  };
  const activate = (place) => {
    const all = [...list.children];
    all.forEach((one, at) => one.setAttribute("aria-selected", String(at === place)));
    open.place = place;
    if (all[place]) {
      open.editor.view.dom.setAttribute("aria-activedescendant", all[place].id);
      all[place].scrollIntoView({ block: "nearest" });
    }
  };
  // What bears this number is looked up and added to the library as by its own form of the admin, then cited.
  const NUMBER = /^(?:10\.\d{4,9}\/\S+|\d{5,9})$/, ADD = "/admin/articles/reference/add/";
  const adds = document.getElementById(`${KIND}-empty`).content.querySelector(".add-related");
  const posted = async (fields) => {
    const answer = await fetch(`${ADD}?_popup=1`, { method: "POST", body: fields, redirect: "manual" });
    if (answer.type === "opaqueredirect") throw new Error("You are signed out: sign in in another tab, and try again.");
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };
  const told = (page) => [...page.querySelectorAll(".messagelist li, .errorlist li")].map((one) => one.textContent.trim()).join(" ");
  const lookUp = async (editor, number) => {
    say(`Looking up ${number} …`);
    try {
      const asked = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value, _popup: "1", _find: number, _look_up: "1" });
      const filled = await posted(asked), fields = new FormData(filled.getElementById("reference_form") || undefined);
      if (!fields.get("title")) throw new Error(told(filled) || "Nothing was filled in.");
      fields.delete("_find");
      fields.set("_save", "1");
      const made = await posted(new URLSearchParams([...fields])), constants = made.getElementById("django-admin-popup-response-constants");
      if (!constants) throw new Error(told(made) || "It could not be added to the library.");
      const { value, obj } = JSON.parse(constants.dataset.popupResponse), row = { id: value, text: obj }, key = obj.split(":")[0];
      const at = typed(editor);
      if (at && at.words === number) {
        open = { editor, at };
        choose(row);
        say(`${obj} stands in the library. Type what you read in it there.`);
      } else say(`${obj} stands in the library: cite it as [[${key}]].`);
    } catch (error) {
      say(error instanceof TypeError ? "Not looked up: there is no connection." : error.message, ["Type it by hand", () => window.open(ADD, "_blank")]);
    }
  };
  const choose = (row) => {
    if (row.number) {
      const { editor } = open;
      close();
      return lookUp(editor, row.number);
    }
    const { editor, at } = open, key = row.text.split(":")[0].trim();
    close();
    const ends = editor.state.doc.textBetween(at.to, Math.min(at.to + 2, editor.state.doc.content.size)) === "]]";
    editor.chain().focus().insertContentAt({ from: at.from, to: at.to }, { type: "text", text: ends ? key : `${key}]]` }).run();
    const isListed = blocks().some((block) => block.querySelector(`[name^="${KIND}"][name$="-reference"]`)?.value === String(row.id));
    if (!isListed) {
      const caret = editor.state.selection.from, block = add(KIND);
      const select = block.querySelector("[name$='-reference']");
      select.append(new Option(row.text, row.id, true, true));
      window.django.jQuery(select).trigger("change");
      editor.commands.focus(caret);
    }
    return undefined;
  };
  const search = async (editor, at) => {
    if (running) running.abort();
    running = new AbortController();
    const query = new URLSearchParams({ term: at.words, app_label: model.dataset.appLabel, model_name: model.dataset.modelName, field_name: model.dataset.fieldName });
    let rows;
    try {
      const answer = await fetch(`${model.getAttribute("data-ajax--url")}?${query}`, { signal: running.signal });
      rows = answer.ok ? (await answer.json()).results : [];
      const begins = (row) => row.text.toLowerCase().startsWith(at.words.toLowerCase());
      rows = [...rows.filter(begins), ...rows.filter((row) => !begins(row))].slice(0, 8);
      const words = at.words.trim();
      if (!rows.length && adds && NUMBER.test(words)) rows = [{ number: words, text: `Look up ${words.includes("/") ? "the DOI" : "the PMID"} ${words} and cite it` }];
    } catch {
      return;
    }
    if (!typed(editor)) return;
    open = { editor, at, rows, place: 0 };
    list.replaceChildren(...rows.map((row, place) => {
      const one = document.createElement("div");
      one.id = `cite-${place}`;
      one.setAttribute("role", "option");
      one.textContent = row.text;
      one.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(row); });
      return one;
    }));
    list.hidden = !rows.length;
    if (!rows.length) return;
    const frame = list.offsetParent.getBoundingClientRect(), box = editor.view.coordsAtPos(at.from);
    list.style.left = `${Math.max(0, Math.min(box.left - frame.left, frame.width - 380))}px`;
    list.style.top = `${box.bottom - frame.top + 4}px`;
    activate(0);
  };
  text.addEventListener("input", (event) => {
    const area = event.target.matches("textarea") ? event.target : null, editor = area && editors.get(area);
    if (!editor || !blockOf(area)) return;
    clearTimeout(timer);
    const at = typed(editor);
    if (!at) return close();
    timer = setTimeout(() => search(editor, at), 180);
  });
  text.addEventListener("keydown", (event) => {
    if (!open || list.hidden) return;
    const last = open.rows.length - 1;
    if (event.key === "ArrowDown") activate(open.place < last ? open.place + 1 : 0);
    else if (event.key === "ArrowUp") activate(open.place > 0 ? open.place - 1 : last);
    else if (event.key === "Enter" || event.key === "Tab") choose(open.rows[open.place]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  text.addEventListener("focusout", () => setTimeout(() => { if (open && !open.editor.isFocused) close(); }, 100));
};
if (text) beginCiting();
