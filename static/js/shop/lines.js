import { announce, fetched, replaceMain, wordsOf } from "./page.js";
import { showMessages } from "./messages.js";

// The totals of the basket follow its quantities by themselves.
let updating;
document.addEventListener("change", (event) => {
  const field = event.target;
  const form = field.closest && field.closest("form.lines");
  if (!form || field.type !== "number") return;
  clearTimeout(updating);
  updating = setTimeout(async () => {
    const focused = document.activeElement;
    const held = focused && (focused.name || (focused.matches(".step") && focused.getAttribute("aria-label")));
    try {
      const { answer, page } = await fetched(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (!answer.ok || !page.querySelector(".till")) {
        form.submit();
        return;
      }
      const main = replaceMain(page);
      if (new URL(answer.url).search) history.replaceState(null, "", answer.url);
      showMessages(page);
      const total = main.querySelector(".totals__sum");
      if (total && !page.querySelector(".messages")) announce(wordsOf(total));
      const again = held && [...main.querySelectorAll("input, .step")].find((one) => one.name === held || one.getAttribute("aria-label") === held);
      if (again) again.focus();
    } catch {
      form.submit();
    }
  }, 350);
});
