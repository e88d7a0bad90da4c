// The search at the top of every staff page: what is found shows while somebody types, Control+K leads to it.
// Menus and filters close when they are left, and by Escape.
// Without it, the form opens the page of the search.
(() => {
  const form = document.querySelector(".staff-find");
  const folds = [...document.querySelectorAll(".staff-nav__menu, [data-leave]")];
  if (!form) return;
  const field = form.querySelector("input");
  const shown = form.querySelector("[data-found]");
  let asked = null;
  let later = 0;

  const close = () => {
    clearTimeout(later);
    if (asked) asked.abort();
    shown.hidden = true;
  };
  const ask = async () => {
    if (asked) asked.abort();
    asked = new AbortController();
    const query = new URLSearchParams({ q: field.value, part: "1" });
    try {
      const answer = await fetch(`${form.action}?${query}`, { signal: asked.signal, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return; // signed out: the page of the search says so
      shown.innerHTML = await answer.text();
      shown.hidden = false;
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  };
  field.addEventListener("input", () => {
    clearTimeout(later);
    if (field.value.trim().length < 2) close();
    else later = setTimeout(ask, 150);
  });

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      const writing = event.target.closest && event.target.closest(".ProseMirror");
      if (writing) return; // there it makes a link
      event.preventDefault();
      field.focus();
      field.select();
    } else if (event.key === "Escape") {
      const fold = folds.find((one) => one.open);
      if (fold) {
        fold.open = false;
        fold.querySelector("summary").focus();
      }
      if (!shown.hidden) {
        close();
        field.focus();
      }
    }
  });
  form.addEventListener("keydown", (event) => {
    if (shown.hidden || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    const stops = [field, ...shown.querySelectorAll("a")];
    const step = event.key === "ArrowDown" ? 1 : -1;
    stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
  });
  const leave = (event) => {
    if (!form.contains(event.target)) close();
    for (const one of folds) if (one.open && !one.contains(event.target)) one.open = false;
  };
  document.addEventListener("focusin", leave);
  document.addEventListener("click", leave);
})();
