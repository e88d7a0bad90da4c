import { form, text } from "./rows.js";

// Words and minutes; the address from the title until somebody types one; a picture as soon as it is chosen.
const beginWords = () => {
  const MINUTE = 220; // words, as for readers (articles/reading)
  const count = form.querySelector(".writer__count");
  const number = () => {
    const words = [...form.querySelectorAll(".block:not([hidden]) .ProseMirror[contenteditable], .block:not([hidden]) input[type=text]")]
      .map((one) => one.innerText || one.value || "").join(" ").replace(/\[\[[\w-]+\]\]/g, "").match(/[\p{L}\p{N}][\p{L}\p{N}’'-]*/gu);
    const found = words ? words.length : 0;
    count.textContent = `${found.toLocaleString("en-GB")} ${found === 1 ? "word" : "words"}, ${Math.max(1, Math.round(found / MINUTE))} min`;
  };
  let timer;
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(number, 400); });
  document.addEventListener("prose-editor:ready", () => { clearTimeout(timer); timer = setTimeout(number, 100); });
  number();

  const { title, slug } = form.elements;
  const addressOf = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/['’]/g, "")
    .replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 80).replace(/-[^-]*$/, (end, at) => at > 60 ? "" : end);
  let isTouched = slug.disabled || slug.readOnly || slug.value !== "" && slug.value !== addressOf(title.value);
  slug.addEventListener("input", () => { isTouched = slug.value !== ""; });
  title.addEventListener("input", () => { if (!isTouched) slug.value = addressOf(title.value); });

  const $ = window.django && window.django.jQuery;
  if ($) $(form).on("select2:select", (event) => {
    const place = event.target.closest(".block, .writer__picture");
    const shown = place && place.querySelector(".block__picture"), chosen = event.params.data;
    if (!shown || !event.target.name.endsWith("picture")) return;
    shown.src = chosen.picture || "";
    shown.alt = chosen.text;
    shown.hidden = !chosen.picture;
  });
  // As they are drawn, choices say that they changed; that is nobody's typing.
  const listen = () => $(form).on("change", "select.admin-autocomplete", (event) => event.target.dispatchEvent(new Event("input", { bubbles: true })));
  if ($) window.addEventListener("load", () => setTimeout(listen, 0));

  if (!CSS.supports("field-sizing", "content")) {
    const grow = (field) => { field.style.height = "auto"; field.style.height = `${field.scrollHeight + 2}px`; };
    for (const field of [title, form.elements.summary]) {
      grow(field);
      field.addEventListener("input", () => grow(field));
    }
  }

  // On a phone what stands beside the text is folded.
  if (matchMedia("(max-width: 1023px)").matches) {
    for (const fold of form.querySelectorAll("[data-fold]")) if (!fold.querySelector(".errorlist")) fold.open = false;
  }
};
if (text) beginWords();
