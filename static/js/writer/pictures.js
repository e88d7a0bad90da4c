import { form, text, blockOf, part, add, say, changed } from "./rows.js";

// Pictures that are pasted, dropped or chosen become blocks. Each asks there for its words and for what stays in sight
// where a page crops it, and is then added to the library as by its own form of the admin.
const beginPictures = () => {
  const KIND = "articles_figure_set", ADD = "/admin/pictures/picture/add/";
  const adds = document.getElementById(`${KIND}-empty`)?.content.querySelector(".add-related");
  if (!adds) return;
  const imagesOf = (data) => [...data?.files || []].filter((file) => file.type.startsWith("image/"));
  const titleOf = (file) => file.name.replace(/\.\w+$/, "").replace(/[-_]+/g, " ").trim().slice(0, 100) || "Picture";
  const shownAs = (file) => new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.readAsDataURL(file);
  });
  const made = (tag, more, ...inner) => {
    const one = Object.assign(document.createElement(tag), more);
    one.append(...inner);
    return one;
  };

  const upload = async (file, alt, isDecorative, focus) => {
    const sent = new FormData();
    const fields = { csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value, _popup: "1", title: titleOf(file), alt,
      focus_x: focus.x, focus_y: focus.y, role: "" };
    for (const [name, value] of Object.entries(fields)) sent.append(name, value);
    if (isDecorative) sent.append("is_decorative", "on");
    sent.append("file", file);
    const answer = await fetch(`${ADD}?_popup=1`, { method: "POST", body: sent, redirect: "manual" });
    if (answer.type === "opaqueredirect") throw new Error("You are signed out: sign in in another tab, and try again.");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const told = page.getElementById("django-admin-popup-response-constants");
    if (told) return JSON.parse(told.dataset.popupResponse);
    throw new Error([...page.querySelectorAll(".errorlist li")].map((one) => one.textContent).join(" ") || "It could not be stored.");
  };

  const ask = async (block, file) => {
    const picture = block.querySelector(".block__picture"), focus = { x: 50, y: 50 };
    picture.src = await shownAs(file);
    picture.hidden = false;
    picture.alt = "";
    const point = made("button", { type: "button", className: "picture-ask__point" });
    const number = block.querySelector("[name$='-picture']").id;
    const words = made("input", { type: "text", id: `${number}-alt`, maxLength: 250, placeholder: "What it shows, in one sentence" });
    const plain = made("input", { type: "checkbox" });
    const button = made("button", { type: "button", className: "button", textContent: "Add the picture" });
    const trouble = made("p", { className: "picture-ask__trouble" });
    trouble.setAttribute("role", "alert");
    const box = made("div", { className: "picture-ask" },
      made("label", { htmlFor: words.id, textContent: "Alternative text" }), words,
      made("label", {}, plain, " decorative: the words beside it say the same"),
      made("p", { className: "quiet", textContent: "Where it is cropped, what the ring is on stays in sight: click the picture, or move the ring by the arrow keys." }), button, trouble);
    const stage = made("div", { className: "picture-ask__stage" });
    picture.before(stage);
    stage.append(picture, point);
    stage.after(box);
    const pointAt = (x, y) => {
      focus.x = Math.min(100, Math.max(0, x));
      focus.y = Math.min(100, Math.max(0, y));
      point.style.left = `${focus.x}%`;
      point.style.top = `${focus.y}%`;
      point.setAttribute("aria-label", `In sight: ${focus.x} % from the left, ${focus.y} % from the top. The arrow keys move it.`);
    };
    pointAt(focus.x, focus.y);
    point.addEventListener("keydown", (event) => {
      const [x, y] = { ArrowLeft: [-10, 0], ArrowRight: [10, 0], ArrowUp: [0, -10], ArrowDown: [0, 10] }[event.key] || [];
      if (x === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      pointAt(focus.x + x, focus.y + y);
      say(`${focus.x} % from the left, ${focus.y} % from the top`);
    });
    stage.addEventListener("click", (event) => {
      if (event.target === point) return;
      const frame = picture.getBoundingClientRect();
      const tenth = (at, from, size) => Math.round((at - from) / size * 10) * 10;
      pointAt(tenth(event.clientX, frame.left, frame.width), tenth(event.clientY, frame.top, frame.height));
    });
    for (const field of [words, plain]) field.addEventListener("input", (event) => event.stopPropagation());
    const store = async () => {
      if (!words.value.trim() && !plain.checked) {
        trouble.textContent = "Say what it shows, or tick “decorative”.";
        return words.focus();
      }
      button.disabled = true;
      try {
        const { value } = await upload(file, words.value.trim(), plain.checked, focus);
        const select = part(block, "picture");
        select.append(new Option(titleOf(file), value, true, true));
        window.django.jQuery(select).trigger("change");
        picture.alt = words.value;
        stage.before(picture);
        stage.remove();
        box.remove();
        changed();
        say("The picture is in the library.");
        (form.querySelector(".picture-ask input[type=text]") || part(block, "caption")).focus();
      } catch (error) {
        trouble.textContent = error.message;
        button.disabled = false;
      }
      return undefined;
    };
    button.addEventListener("click", store);
    words.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); store(); } });
    return words;
  };
  const take = async (files, before) => {
    const asked = [];
    for (const file of files) asked.push(await ask(add(KIND, before), file));
    asked[0].focus();
    asked[0].scrollIntoView({ block: "center" });
    if (files.length > 1) say(`${files.length} pictures: each asks for its words.`);
  };

  const nextTo = (node) => {
    const block = blockOf(node);
    return block ? block.nextElementSibling : null;
  };
  document.addEventListener("paste", (event) => {
    const files = imagesOf(event.clipboardData);
    if (!files.length || event.clipboardData.getData("text/html") || !event.target.closest?.(".writer__article")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    take(files, nextTo(event.target));
  }, true);
  const area = form.querySelector(".writer__article");
  area.addEventListener("dragover", (event) => { if ([...event.dataTransfer.types].includes("Files")) event.preventDefault(); }, true);
  area.addEventListener("drop", (event) => {
    const files = imagesOf(event.dataTransfer);
    if (!files.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    take(files, nextTo(event.target));
  }, true);

  // By key and by click, too: several files at once.
  const chooser = made("input", { type: "file", accept: "image/*", multiple: true, hidden: true });
  chooser.addEventListener("change", () => {
    const files = imagesOf(chooser);
    chooser.value = "";
    if (files.length) take(files, null);
  });
  chooser.addEventListener("input", (event) => event.stopPropagation());
  const button = made("button", { type: "button", textContent: "Pictures from files" });
  button.addEventListener("click", () => chooser.click());
  form.querySelector(".palette").append(button, chooser);
};
if (text) beginPictures();
