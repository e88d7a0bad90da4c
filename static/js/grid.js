// The grid of prices and stock by keyboard: up, down and Enter move within a column; cells copied from a spreadsheet are
// spread over the cells from here; Control+Enter looks at what changes. Without it Tab moves, Enter looks, and the box below takes a paste.
(() => {
  const table = document.querySelector(".price-grid__table");
  if (!table) return;
  const rows = [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td input:not([type=hidden])")]);
  const placeOf = (input) => {
    for (const [y, row] of rows.entries()) if (row.includes(input)) return [row.indexOf(input), y];
    return null;
  };
  const mark = (input) => input.classList.toggle("is-changed", input.value.trim() !== input.nextElementSibling.value);
  table.addEventListener("input", (event) => mark(event.target));
  table.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1, Enter: event.shiftKey ? -1 : 1 }[event.key];
    const place = placeOf(event.target);
    if (place && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.target.form.querySelector("button.default:not([name])").click();
    }
    if (!step || !place || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const next = rows[place[1] + step]?.[place[0]];
    if (next) { next.focus(); next.select(); }
  });
  table.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, ""), place = placeOf(event.target);
    if (!place || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    for (const [y, line] of text.split(/\r?\n/).entries()) {
      for (const [x, value] of line.split("\t").entries()) {
        const input = rows[place[1] + y]?.[place[0] + x];
        if (input) { input.value = value.trim(); mark(input); }
      }
    }
  });
})();
