import { form, text } from "./rows.js";

// In the dialogue for a link: words that are typed where the address goes find articles, products and pages of the site.
const beginLinks = () => {
  const list = document.createElement("datalist");
  list.id = "link-places";
  form.append(list);
  let timer;
  const search = async (words) => {
    const region = form.elements._preview_region.value;
    const answer = await fetch(`/${region}/search/suggest/?${new URLSearchParams({ q: words })}`);
    if (!answer.ok) return;
    const { rows } = await answer.json();
    list.replaceChildren(...rows.map((row) => {
      const option = new Option(`${row.kind}: ${row.name}`, new URL(row.url, location.href).pathname);
      option.label = `${row.kind}: ${row.name}`;
      return option;
    }));
  };
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.closest(".prose-editor-dialog") || !/href/.test(field.name + field.id)) return;
    field.setAttribute("list", list.id);
    clearTimeout(timer);
    if (/^(?:https?:|mailto:|\/|#)/.test(field.value) || field.value.trim().length < 2) return;
    timer = setTimeout(() => search(field.value.trim()), 200);
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.closest(".prose-editor-dialog") && /href/.test(event.target.name + event.target.id)) event.target.placeholder = "An address, or words to search for";
  });
};
if (text) beginLinks();
