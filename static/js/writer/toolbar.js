import { text } from "./rows.js";

// The buttons of a rich text stand beside what is selected in it; while nothing is, at the foot of the window.
const beginToolbar = () => {
  const place = () => {
    const editor = document.activeElement && document.activeElement.closest(".ProseMirror[contenteditable]");
    const bar = editor && editor.parentElement.querySelector(":scope > .prose-menubar") || editor?.closest(".prose-editor")?.querySelector(".prose-menubar");
    if (!bar) return;
    const selection = document.getSelection(), range = selection.rangeCount ? selection.getRangeAt(0) : null;
    const isSelected = range && !range.collapsed && editor.contains(range.commonAncestorContainer);
    bar.classList.toggle("is-beside", Boolean(isSelected));
    if (!isSelected) {
      bar.style.left = bar.style.top = "";
      return;
    }
    const box = range.getBoundingClientRect(), width = bar.offsetWidth, height = bar.offsetHeight;
    const above = box.top - height - 10, top = above > 60 ? above : Math.min(box.bottom + 10, innerHeight - height - 8);
    bar.style.left = `${Math.max(8, Math.min(box.left + box.width / 2 - width / 2, innerWidth - width - 8))}px`;
    bar.style.top = `${top}px`;
  };
  let frame = 0;
  const soon = () => { cancelAnimationFrame(frame); frame = requestAnimationFrame(place); };
  document.addEventListener("selectionchange", soon);
  window.addEventListener("scroll", soon, { passive: true, capture: true });
  window.addEventListener("resize", soon);
};
if (text) beginToolbar();
