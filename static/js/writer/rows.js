// The blocks of the article's form, in the order of the page: added, moved, taken out, put back. Each kind is a formset
// of the admin, whose count and places are kept right here and nowhere else.
export const form = document.querySelector("#version_form.writer");
export const text = form && form.querySelector("[data-blocks]");
export const blocks = () => [...text.querySelectorAll(":scope > .block")].filter((block) => !block.hidden);
export const part = (block, name) => block.querySelector(`[name$="-${name}"]`);
export const kindOf = (block) => block.querySelector(".block__kind").textContent;
export const blockOf = (node) => node && node.closest ? node.closest(".block") : null;
export const editors = new WeakMap(); // of the rich texts, by their text areas

export const live = form && form.querySelector(".writer__live");
export const say = (words, ...buttons) => {
  const notice = document.createElement("p");
  notice.append(words, ...buttons.flatMap(([label, act]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => { notice.remove(); act(); });
    return [" ", button];
  }));
  live.replaceChildren(notice);
  clearTimeout(live.timer);
  live.timer = setTimeout(() => notice.remove(), buttons.length ? 20_000 : 6_000);
};
export const changed = () => form.dispatchEvent(new Event("input", { bubbles: true }));

// What is typed in: the editor of a rich text once it is drawn, else the field.
export const focusOn = (block, atEnd = false) => {
  const first = block.querySelector(".block__body :is(input, select, textarea)");
  const area = first && first.matches("textarea") ? first : null, editor = area && editors.get(area);
  if (editor) return editor.commands.focus(atEnd ? "end" : "start");
  if (area && area.closest(".prose-editor, [data-django-prose-editor-configurable]")) {
    block.dataset.focus = atEnd ? "end" : "start"; // as soon as it is drawn
    return undefined;
  }
  const $ = window.django && window.django.jQuery, choice = block.querySelector(".block__body select.admin-autocomplete");
  if (choice && !choice.value && $ && $(choice).data("select2")) return $(choice).select2("open");
  const field = [...block.querySelectorAll(".block__body :is(input, textarea, select, .select2-selection)")]
    .find((one) => one.offsetParent && !one.matches(".select2-hidden-accessible"));
  if (field) field.focus();
  return undefined;
};

export const numberAll = () => blocks().forEach((block, place) => {
  const field = part(block, "ordering"), number = String((place + 1) * 10);
  if (field.value !== number) field.value = number;
  block.setAttribute("aria-label", `${kindOf(block)}, ${place + 1} of ${blocks().length}`);
});

const rename = (node, before, after) => {
  for (const one of [node, ...node.querySelectorAll("*")]) {
    for (const attribute of [...one.attributes]) {
      if (attribute.value.includes(before)) attribute.value = attribute.value.replaceAll(before, after);
    }
  }
};

const CONFIGURED = "data-django-prose-editor-configurable";
export const add = (kind, before = null, values = {}) => {
  const count = form.elements[`${kind}-TOTAL_FORMS`];
  const block = document.importNode(document.getElementById(`${kind}-empty`).content, true).firstElementChild;
  rename(block, "__prefix__", count.value);
  count.value = Number(count.value) + 1;
  for (const [name, value] of Object.entries(values)) part(block, name).value = value;
  for (const area of block.querySelectorAll(`[${CONFIGURED}]`)) {
    // Once a page has read a link, its editor takes no further protocols and warns; it knows these without being told.
    const config = JSON.parse(area.getAttribute(CONFIGURED));
    delete config.extensions.Link?.protocols;
    area.setAttribute(CONFIGURED, JSON.stringify(config));
  }
  text.insertBefore(block, before);
  numberAll();
  block.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: kind } }));
  block.dispatchEvent(new CustomEvent("writer:block", { bubbles: true }));
  changed();
  return block;
};

const restore = (block) => {
  block.hidden = false;
  part(block, "DELETE").checked = false;
  numberAll();
  changed();
  focusOn(block);
};
const removed = [];
export const remove = (block) => {
  const box = part(block, "DELETE");
  if (!box) return say(`${kindOf(block)} can’t be removed by you.`);
  const all = blocks(), place = all.indexOf(block), next = all[place + 1] || all[place - 1];
  box.checked = true;
  block.hidden = true;
  removed.push(block);
  numberAll();
  changed();
  if (next) focusOn(next); else form.elements.title.focus();
  return say(`${kindOf(block)} removed.`, ["Undo", undo]);
};
export const undo = () => {
  const last = removed.pop();
  if (!last) return false;
  restore(last);
  say(`${kindOf(last)} is back.`);
  return true;
};

// The neighbour moves, so that what is typed in keeps its caret.
export const move = (block, step) => {
  const all = blocks(), other = all[all.indexOf(block) + step];
  if (!other) return say(step < 0 ? "It is the first already." : "It is the last already.");
  if (step < 0) block.after(other); else block.before(other);
  numberAll();
  changed();
  block.scrollIntoView({ block: "nearest" });
  return say(`${kindOf(block)} is now ${blocks().indexOf(block) + 1} of ${all.length}.`);
};

// A new text without a word in it is not sent.
const isBare = (block) => block.matches(".block--richtext") && !part(block, "id").value
  && /^(?:<p>(?:<br[^>]*>)?<\/p>)?$/.test(part(block, "body").value.trim());

if (text) {
  form.classList.add("is-live");
  document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => {
    editors.set(textarea, editor);
    const block = blockOf(textarea), label = form.querySelector(`label[for="${textarea.id}"]`);
    editor.view.dom.setAttribute("aria-label", `${block ? kindOf(block) : ""}: ${label ? label.textContent : "text"}`);
    if (block && block.dataset.focus) {
      const where = block.dataset.focus;
      delete block.dataset.focus;
      editor.commands.focus(where);
    }
  });
  for (const block of text.querySelectorAll(":scope > .block")) if (part(block, "DELETE")?.checked) block.hidden = true;
  form.addEventListener("formdata", ({ formData }) => {
    for (const block of blocks()) if (isBare(block) && part(block, "DELETE")) formData.set(part(block, "DELETE").name, "on");
  });
}
