import { form, text, blocks, blockOf, editors } from "./rows.js";

// What is typed is checked a moment after the typing stops; the server draws the list from the form and saves nothing.
// Each thing found is marked in the text, has a note beside its sentence, and its place in the list leads there.
const beginChecks = () => {
  const PAUSE = 4000;
  const panel = form.querySelector("[data-findings]"), button = form.querySelector("[name=_check]"), count = form.querySelector("[data-found]");
  let timer, running;
  const check = async () => {
    clearTimeout(timer);
    if (running) running.abort();
    running = new AbortController();
    const data = new FormData(form);
    data.append("_check", "1");
    data.set("overwrite", "on");
    try {
      const answer = await fetch(location.pathname, { method: "POST", body: data, signal: running.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.querySelector("body > #findings");
      if (found) panel.replaceChildren(found);
      else panel.textContent = "The check did not get through: sign in again in another tab. Your text is kept in this browser.";
      mark();
    } catch (error) {
      if (error.name !== "AbortError") panel.textContent = "The check did not get through. Your text is kept in this browser.";
    }
  };
  button.addEventListener("click", (event) => { event.preventDefault(); check(); });
  form.addEventListener("input", (event) => {
    if (event.target.name && event.target.name.startsWith("_")) return;
    clearTimeout(timer);
    timer = setTimeout(check, PAUSE);
  });

  // Where words stand in a part of the page, blanks aside; null if they don't.
  const squeezed = (words) => words.replace(/\s+/g, " ").trim();
  const rangeOf = (root, words) => {
    const wanted = squeezed(words);
    if (!wanted) return null;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), places = [];
    let flat = "";
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (let at = 0; at < node.data.length; at += 1) {
        const sign = /\s/.test(node.data[at]) ? " " : node.data[at];
        if (sign === " " && (flat === "" || flat.endsWith(" "))) continue;
        flat += sign;
        places.push([node, at]);
      }
    }
    const start = flat.indexOf(wanted);
    if (start < 0) return null;
    const range = document.createRange();
    range.setStart(...places[start]);
    const [last, at] = places[start + wanted.length - 1];
    range.setEnd(last, at + 1);
    return range;
  };
  const textsIn = (place) => place ? [...place.querySelectorAll(".ProseMirror[contenteditable]")] : blocks().flatMap((block) => [...block.querySelectorAll(".ProseMirror[contenteditable]")]);
  const found = () => [...panel.querySelectorAll(".claims li, li[data-at]")].map((row) => {
    const link = row.querySelector("a[href^='#']"), key = row.dataset.at ?? (link ? decodeURIComponent(link.hash.slice(1)) : "");
    const words = row.dataset.meant ?? row.querySelector("blockquote")?.textContent ?? "";
    const level = row.matches(".claims__red") ? "red" : row.matches(".claims__amber") ? "amber" : "waits";
    const place = document.getElementById(key);
    let range = null;
    for (const root of textsIn(place)) range ||= rangeOf(root, words);
    return { row, place: place || (range && blockOf(range.startContainer)), level, range };
  });
  const says = { red: "Not allowed", waits: "To look at", amber: "Names a condition" };
  const mark = () => {
    form.querySelectorAll(".note").forEach((note) => note.remove());
    const all = found();
    for (const level of ["red", "waits", "amber"]) {
      const ranges = all.filter((one) => one.level === level && one.range).map((one) => one.range);
      if (window.Highlight && CSS.highlights) CSS.highlights.set(`check-${level}`, new Highlight(...ranges));
    }
    const open = all.filter((one) => one.level !== "amber").length;
    count.textContent = open ? String(open) : "";
    const tops = new Map();
    for (const { row, place, level, range } of all) {
      const block = place && (blockOf(place) || place.closest(".writer__title, .writer__summary"));
      if (!block || level === "amber") continue;
      const note = document.createElement("button"), reason = row.querySelector("blockquote ~ p");
      note.type = "button";
      note.className = `note note--${level}`;
      const words = row.matches("[data-at]") ? row.textContent.replace(row.firstElementChild.textContent, "") : reason?.textContent ?? "no rule knows it as harmless";
      note.textContent = `${says[level]}: ${squeezed(words)}`;
      note.title = note.textContent;
      const top = range ? range.getBoundingClientRect().top - block.getBoundingClientRect().top : 0;
      const last = tops.get(block) ?? -100;
      note.style.top = `${Math.max(top, last + 64)}px`;
      tops.set(block, Math.max(top, last + 64));
      note.addEventListener("click", () => {
        row.closest("details")?.setAttribute("open", "");
        row.tabIndex = -1;
        row.focus();
        row.scrollIntoView({ block: "center" });
      });
      block.append(note);
    }
  };

  // A place in the list, and an address with the name of a block, lead to the words and put the caret there.
  const show = (id, range) => {
    const place = id && document.getElementById(id);
    if (!place) return;
    for (const other of document.querySelectorAll(".is-looked-for")) other.classList.remove("is-looked-for");
    (blockOf(place) || place).classList.add("is-looked-for");
    const area = place.querySelector("textarea"), editor = area && editors.get(area);
    const field = place.matches("input, textarea, select") ? place : place.querySelector("input[type=text], textarea, select");
    if (editor && range && editor.view.dom.contains(range.startContainer)) {
      editor.commands.focus(editor.view.posAtDOM(range.startContainer, range.startOffset));
    } else if (editor) editor.view.dom.focus({ preventScroll: true });
    else if (field) field.focus({ preventScroll: true });
    (range ? range.startContainer.parentElement : place).scrollIntoView({ block: "center" });
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-findings] a[href^='#']");
    if (!link) return;
    event.preventDefault();
    history.replaceState(null, "", link.hash);
    const one = found().find(({ row }) => row.contains(link));
    show(decodeURIComponent(link.hash.slice(1)), one && one.range);
  });
  // The editors need a moment to draw themselves.
  window.addEventListener("load", () => setTimeout(() => {
    mark();
    show(decodeURIComponent(location.hash.slice(1)));
  }, 600));
};
if (text) beginChecks();
