import { fetched, takeHeader } from "./page.js";
import { showMessages } from "./messages.js";

// Add to the basket without leaving the page. Anything but a plain "added" (a new price, nothing left) has a page of its
// own, and we go there. Each press has a key of its own: should the answer be lost on its way, the form is sent again
// with the same key, and the packs are still added once.
const keyed = (form) => {
  let field = form.elements.once;
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = "once";
    form.append(field);
  }
  field.value = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches(".add-form") || event.defaultPrevented) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  const button = form.querySelector("button");
  button.setAttribute("aria-disabled", "true");
  keyed(form);
  try {
    const { answer, page } = await fetched(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const refused = new URL(answer.url).pathname.endsWith("/basket/problem/");
    if (answer.ok && answer.redirected && !refused && page.querySelector(".messages")) {
      takeHeader(page);
      showMessages(page);
      delete form.dataset.busy;
      button.removeAttribute("aria-disabled");
    } else if (answer.redirected) location.assign(answer.url);
    else form.submit();
  } catch {
    form.submit(); // the button stays as it is: another press would be another key
  }
});
