import { form, text, blocks, kindOf, blockOf, say, changed, focusOn, numberAll, add, remove, undo, move } from "./rows.js";

// The buttons of each block, its keys, and dragging it by its handle.
const beginBlocks = () => {
  const SIGNS = { up: "↑", down: "↓", remove: "✕" };
  const button = (name, label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = `block__button block__button--${name}`;
    made.title = label;
    made.setAttribute("aria-label", label);
    made.textContent = SIGNS[name] || "";
    made.addEventListener("click", act);
    return made;
  };
  const dress = (block) => {
    if (block.querySelector(".block__button")) return;
    const kind = kindOf(block), tools = document.createElement("span");
    tools.className = "block__tools";
    const handle = button("drag", `Drag ${kind}`, () => focusOn(block));
    handle.draggable = true;
    handle.tabIndex = -1;
    handle.setAttribute("aria-hidden", "true");
    tools.append(
      handle,
      button("up", `Move ${kind} up (Alt+↑)`, () => move(block, -1)),
      button("down", `Move ${kind} down (Alt+↓)`, () => move(block, 1)),
    );
    if (block.querySelector("[name$='-DELETE']")) tools.append(button("remove", `Remove ${kind} (Alt+Backspace)`, () => remove(block)));
    block.querySelector(".block__bar").append(tools);
    const where = block.querySelector(".block__where"), label = where.querySelector("summary");
    where.addEventListener("change", () => {
      const ticked = [...where.querySelectorAll("input:checked")].map((box) => box.parentElement.textContent.trim());
      const choice = where.querySelector("select"), isAll = choice.value === "all";
      label.textContent = isAll ? "All regions" : `${choice.selectedOptions[0].text} ${ticked.join(", ") || "…"}`;
      where.toggleAttribute("data-some", !isAll);
    });
  };
  blocks().forEach(dress);
  numberLabels();
  text.addEventListener("writer:block", (event) => dress(event.target));

  text.addEventListener("keydown", (event) => {
    const block = blockOf(event.target);
    if (!block || !event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowUp" || event.key === "ArrowDown") move(block, event.key === "ArrowUp" ? -1 : 1);
    else if (event.key === "Backspace") remove(block);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, [contenteditable=true]");
    if ((event.ctrlKey || event.metaKey) && event.key === "z" && !typing && undo()) event.preventDefault();
  });

  // The title ends with Enter, the summary too, and the text goes on.
  for (const name of ["title", "summary"]) {
    form.elements[name].addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      if (name === "title") form.elements.summary.focus();
      else if (blocks().length) focusOn(blocks()[0]);
      else focusOn(add("articles_richtext_set"));
    });
  }

  let dragged = null;
  text.addEventListener("dragstart", (event) => {
    if (!event.target.closest || !event.target.closest(".block__button--drag")) return;
    dragged = blockOf(event.target);
    dragged.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/x-block", kindOf(dragged));
    event.dataTransfer.setDragImage(dragged, 20, 20);
  });
  text.addEventListener("dragover", (event) => {
    const over = dragged && blockOf(event.target);
    if (!dragged) return;
    event.preventDefault();
    event.stopPropagation();
    if (!over || over === dragged) return;
    const box = over.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) over.before(dragged); else over.after(dragged);
  }, true);
  const drop = (event) => {
    if (!dragged) return;
    event.preventDefault();
    event.stopPropagation();
    dragged.classList.remove("is-dragged");
    numberAll();
    changed();
    say(`${kindOf(dragged)} is now ${blocks().indexOf(dragged) + 1} of ${blocks().length}.`);
    dragged = null;
  };
  text.addEventListener("drop", drop, true);
  text.addEventListener("dragend", drop, true);
};
const numberLabels = () => blocks().forEach((block, place, all) => block.setAttribute("aria-label", `${kindOf(block)}, ${place + 1} of ${all.length}`));
if (text) beginBlocks();
