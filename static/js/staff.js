// Forms of the admin: choices with a picture and prices, and rows that are put in order by dragging or by key.
// Without it, choices are plain and the order is a number to type.
(() => {
  const $ = window.django && window.django.jQuery;
  if ($ && $.fn.select2) {
    $.fn.select2.defaults.set("templateResult", (choice) => {
      if (!choice.note && !choice.picture) return choice.text;
      const row = document.createElement("span");
      row.className = "choice";
      if (choice.picture) {
        const picture = document.createElement("img");
        picture.src = choice.picture;
        picture.alt = "";
        picture.width = picture.height = 44;
        row.append(picture);
      }
      const words = document.createElement("span");
      const name = document.createElement("b");
      name.textContent = choice.text;
      const note = document.createElement("small");
      note.textContent = choice.note || "";
      words.append(name, note);
      row.append(words);
      return $(row);
    });
  }

  // A choice of the admin's is a button of its own, and is called what its field is called.
  const name = () => {
    for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
      const label = select.labels[0], words = label ? label.textContent.trim().replace(/:$/, "") : "", made = select.nextElementSibling;
      const button = made && made.querySelector(".select2-selection"), shown = made && made.querySelector(".select2-selection__rendered");
      if (!words || !button) continue;
      button.removeAttribute("aria-labelledby");
      button.setAttribute("aria-label", `${words}: ${shown.textContent.replace("×", "").trim() || "nothing chosen"}`);
      if (shown.matches("[role=textbox]")) shown.setAttribute("aria-label", words);
      button.querySelector(".select2-search__field")?.setAttribute("aria-label", words);
    }
    for (const help of document.querySelectorAll("span.help-tooltip[aria-label]:not([role])")) help.setAttribute("role", "img");
  };
  const nameAll = () => setTimeout(name, 0);
  window.addEventListener("load", nameAll);
  document.addEventListener("formset:added", nameAll);
  if ($) $(document).on("change", "select", nameAll);

  // A form that comes back with errors begins at their list; the admin's own script goes to the first field.
  const errors = document.getElementById("form-errors");
  if (errors) window.addEventListener("load", () => errors.focus());

  const now = () => document.querySelectorAll("[data-now]").forEach((one) => { one.hidden = false; });
  now();
  document.addEventListener("click", (event) => {
    const asked = event.target.closest("[data-now]");
    if (!asked) return;
    const parts = new Date().toISOString().slice(0, 19).split("T");
    asked.parentElement.querySelectorAll("input").forEach((field, place) => {
      field.value = parts[place];
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });

  // Many boxes to tick are narrowed by what is typed above them; what is ticked stays in sight.
  for (const box of document.querySelectorAll("[data-ticks]")) {
    const all = [...box.children];
    if (all.length < 13) continue;
    const field = document.createElement("input"), label = document.createElement("label");
    field.type = "search";
    field.className = "ticks-search";
    label.className = "ticks-label";
    label.append(`Narrow these ${all.length} choices`, field);
    const narrow = () => {
      const words = field.value.trim().toLowerCase();
      for (const one of all) one.hidden = !one.textContent.toLowerCase().includes(words) && !one.querySelector("input").checked;
    };
    field.addEventListener("input", narrow);
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    box.before(label);
  }

  // Rights are found by words, which opens the groups they are in; each group counts what is ticked.
  for (const box of document.querySelectorAll("[data-rights]")) {
    const field = document.createElement("input"), label = document.createElement("label");
    field.type = "search";
    field.className = "ticks-search";
    label.className = "ticks-label";
    label.append(`Find among these ${box.dataset.rights} things`, field);
    field.addEventListener("input", () => {
      const words = field.value.trim().toLowerCase();
      for (const group of box.querySelectorAll("details")) {
        const rows = [...group.querySelectorAll("fieldset")];
        for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(words);
        group.hidden = rows.every((row) => row.hidden);
        group.open = Boolean(words) && !group.hidden;
      }
    });
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    box.prepend(label);
    box.addEventListener("change", (event) => {
      const group = event.target.closest("details");
      if (group) group.querySelector("[data-ticked]").textContent = group.querySelectorAll("input:checked").length;
    });
  }

  const rowsOf = (body) => [...body.querySelectorAll("tr.form-row")].filter((row) => !row.classList.contains("empty-form"));
  const number = (body) => rowsOf(body).forEach((row, place) => {
    const field = row.querySelector('input[name$="-position"]');
    if (field && field.value !== String(place)) field.value = place;
  });
  const button = (label, sign, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "order-button";
    made.setAttribute("aria-label", label);
    made.textContent = sign;
    made.addEventListener("click", act);
    return made;
  };
  const prepare = (row) => {
    const field = row.querySelector('input[name$="-position"]');
    if (!field || row.querySelector(".order-button") || row.classList.contains("empty-form")) return;
    const body = row.parentElement;
    const move = (step) => (event) => {
      const rows = rowsOf(body);
      const other = rows[rows.indexOf(row) + step];
      if (!other) return;
      if (step < 0) other.before(row); else other.after(row);
      number(body);
      event.currentTarget.focus();
    };
    field.classList.add("order-number");
    field.after(button("Move up", "↑", move(-1)), button("Move down", "↓", move(1)));
    row.draggable = true;
    row.addEventListener("dragstart", (event) => {
      if (event.target !== row) return;
      row.classList.add("dragged");
      event.dataTransfer.effectAllowed = "move";
    });
    row.addEventListener("dragend", () => { row.classList.remove("dragged"); number(body); });
    row.addEventListener("dragover", (event) => {
      const dragged = body.querySelector(".dragged");
      if (!dragged || dragged === row) return;
      event.preventDefault();
      const box = row.getBoundingClientRect();
      if (event.clientY < box.top + box.height / 2) row.before(dragged); else row.after(dragged);
    });
  };
  const prepareAll = (root) => root.querySelectorAll(".tabular tr.form-row").forEach(prepare);
  prepareAll(document);
  document.addEventListener("formset:added", (event) => {
    const row = event.target;
    if (!row.matches("tr.form-row")) return;
    prepare(row);
    number(row.parentElement);
  });
})();
