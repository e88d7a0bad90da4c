import { form, text, blocks, part, blockOf, kindOf, editors, focusOn, add } from "./rows.js";

// A block is put in by a plus between two of them, by Ctrl+Enter, or by a slash in an empty line; the buttons below the last one add
// it at the end. The text in which the slash stands is cut there.
const beginInserting = () => {
  const TEXT = "articles_richtext_set";
  const kinds = [...form.querySelectorAll("[data-insert]")].map((one) => ({ kind: one.dataset.insert, label: one.textContent.trim() }));
  if (!kinds.length) return;
  const menu = document.createElement("div");
  menu.className = "insert-menu";
  menu.hidden = true;
  menu.setAttribute("role", "dialog");
  menu.setAttribute("aria-label", "Insert a block");
  const filter = document.createElement("input");
  filter.type = "text";
  filter.setAttribute("aria-label", "Which block");
  filter.placeholder = "Which block?";
  filter.autocomplete = "off";
  const list = document.createElement("div");
  menu.append(filter, list);
  form.querySelector(".writer__article").append(menu);
  let choose = null, back = null;

  const close = (goBack = true) => {
    if (menu.hidden) return;
    menu.hidden = true;
    if (goBack && back) back();
  };
  const shown = () => [...list.querySelectorAll("button")].filter((one) => !one.hidden);
  for (const { kind, label } of kinds) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => { close(false); choose(kind); });
    list.append(button);
  }
  filter.addEventListener("input", () => {
    const words = filter.value.trim().toLowerCase();
    for (const button of list.children) button.hidden = !button.textContent.toLowerCase().includes(words);
  });
  menu.addEventListener("keydown", (event) => {
    const all = shown(), place = all.indexOf(document.activeElement);
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && event.target === filter) all[0]?.click();
    else if (event.key === "ArrowDown") (all[place + 1] || all[0])?.focus();
    else if (event.key === "ArrowUp") (all[place - 1] || filter).focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  menu.addEventListener("input", (event) => event.stopPropagation());
  document.addEventListener("pointerdown", (event) => { if (!menu.contains(event.target)) close(false); });

  const open = (box, act, goBack) => {
    [choose, back] = [act, goBack];
    filter.value = "";
    for (const button of list.children) button.hidden = false;
    menu.hidden = false;
    const frame = menu.offsetParent.getBoundingClientRect();
    menu.style.left = `${Math.max(0, Math.min(box.left - frame.left, frame.width - menu.offsetWidth))}px`;
    menu.style.top = `${box.bottom - frame.top + 4}px`;
    filter.focus();
    menu.scrollIntoView({ block: "nearest" });
  };

  // A plus before each block.
  const dress = (block) => {
    if (block.querySelector(".block__plus")) return;
    const plus = document.createElement("button");
    plus.type = "button";
    plus.className = "block__plus";
    plus.textContent = "+";
    plus.title = "Insert a block here";
    plus.setAttribute("aria-label", `Insert a block before ${kindOf(block)}`);
    plus.addEventListener("click", () =>
      open(plus.getBoundingClientRect(), (kind) => focusOn(add(kind, block)), () => plus.focus()));
    block.prepend(plus);
  };
  blocks().forEach(dress);
  text.addEventListener("writer:block", (event) => dress(event.target));
  form.querySelector(".palette").addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    event.preventDefault();
    focusOn(add(button.dataset.insert));
  });

  // The empty line with the slash: what stands before it stays, what follows becomes a text of its own.
  const cut = (block, editor, line) => {
    const content = editor.getJSON().content, place = line.index;
    const before = content.slice(0, place), after = content.slice(place + 1);
    const filled = (nodes) => nodes.some((node) => node.type !== "paragraph" || node.content);
    return (kind) => {
      if (!filled(before) && !filled(after)) {
        if (kind === TEXT) return focusOn(block);
        const made = add(kind, block.nextElementSibling);
        if (part(block, "DELETE")) {
          part(block, "DELETE").checked = true;
          block.hidden = true;
        }
        return focusOn(made);
      }
      editor.commands.setContent({ type: "doc", content: filled(before) ? before : after });
      const made = add(kind, filled(before) ? block.nextElementSibling : block);
      if (filled(before) && filled(after)) {
        const rest = kind === TEXT ? made : add(TEXT, made.nextElementSibling);
        rest.addEventListener("prose-editor:ready", ({ detail }) =>
          detail.editor.commands.setContent({ type: "doc", content: after }), { once: true });
      }
      return focusOn(made);
    };
  };
  text.addEventListener("keydown", (event) => {
    const block = blockOf(event.target);
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !block) return;
    event.preventDefault();
    event.stopPropagation();
    const { left, bottom } = block.querySelector(".block__body").getBoundingClientRect(), was = document.activeElement;
    open({ left, bottom }, (kind) => focusOn(add(kind, block.nextElementSibling)), () => was.focus());
  }, true);
  text.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !event.target.closest(".ProseMirror[contenteditable]")) return;
    const block = blockOf(event.target);
    const area = block && block.querySelector(`[name$="-body"]`), editor = area && area.name.startsWith(TEXT) && editors.get(area);
    if (!editor || !editor.isEditable) return;
    const { $from, empty } = editor.state.selection;
    if (!empty || $from.depth !== 1 || $from.parent.type.name !== "paragraph" || $from.parent.content.size) return;
    event.preventDefault();
    event.stopPropagation();
    const line = { index: $from.index(0) };
    const at = editor.view.coordsAtPos($from.pos);
    open(at, cut(block, editor, line), () => editor.commands.focus());
  }, true);
};
if (text) beginInserting();
