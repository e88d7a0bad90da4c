import { form, text } from "./rows.js";

// Says now and then that this article is open, and shows who else has it open. It ends by itself.
const beginHere = () => {
  const EVERY = 40_000, place = form.querySelector("[data-here]");
  const isStored = () => /\/\d+\/change\/$/.test(location.pathname);
  const body = (name) => new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value, [name]: "1" });
  const say = async () => {
    if (!isStored() || document.hidden) return;
    try {
      const answer = await fetch(location.pathname, { method: "POST", body: body("_here"), redirect: "manual" });
      if (!answer.ok) return;
      const { here } = await answer.json();
      place.textContent = here.length ? `Also open at: ${here.join(", ")}` : "";
    } catch { /* no connection: the next time */ }
  };
  say();
  setInterval(say, EVERY);
  document.addEventListener("visibilitychange", say);
  window.addEventListener("pagehide", () => { if (isStored()) fetch(location.pathname, { method: "POST", body: body("_gone"), keepalive: true }).catch(() => {}); });
};
if (text) beginHere();
