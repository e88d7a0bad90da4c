import { form, text, blockOf } from "./rows.js";

// Comments of colleagues are sent alone, and drawn anew where they stand; a block that was just stored gets its own.
const beginTalk = () => {
  const all = form.querySelector(".talk-all"), count = form.querySelector("[data-talk-count]"), list = form.querySelector("[data-talk-list]");
  const shown = () => {
    if (!all) return;
    const threads = [...form.querySelectorAll(".thread")], inText = threads.filter(blockOf);
    count.textContent = String(threads.length);
    list.replaceChildren(...inText.map((thread) => {
      const row = document.createElement("li"), link = document.createElement("a");
      link.href = `#${thread.id}`;
      link.textContent = thread.dataset.said;
      row.append(link);
      return row;
    }));
  };
  const draw = (talk, html) => {
    const made = new DOMParser().parseFromString(html, "text/html").querySelector(".talk");
    if (!made) return false;
    made.open = true;
    talk.replaceWith(made);
    shown();
    return made;
  };
  // Where the next key goes: to what can be undone, to what came back, else to where it was.
  const focusIn = (made, name, more) => {
    const thread = more._reopen && document.getElementById(`comment-${more._reopen}`);
    if (thread) thread.tabIndex = -1;
    const same = name && [...made.querySelectorAll("textarea")].find((field) => field.name === name);
    (made.querySelector(".talk__done button") || thread || same || [...made.querySelectorAll("textarea")].pop()).focus();
  };
  const send = async (talk, more) => {
    const from = talk.contains(document.activeElement) ? document.activeElement : null;
    const field = from && (from.matches("textarea") ? from : from.closest(".thread")?.querySelector("textarea"));
    const name = field ? field.name : "";
    const data = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value, _alone: "1", _comment: talk.dataset.talk, ...more });
    for (const field of talk.querySelectorAll("textarea")) data.set(field.name, field.value);
    try {
      const answer = await fetch(location.pathname, { method: "POST", body: data, redirect: "manual" });
      const made = (answer.ok || answer.status === 422) && draw(talk, await answer.text());
      if (!made) throw new Error("no answer");
      focusIn(made, name, more);
    } catch {
      const trouble = talk.querySelector(".talk__refused") || talk.appendChild(document.createElement("p"));
      trouble.className = "talk__refused";
      trouble.setAttribute("role", "alert");
      trouble.textContent = "Not sent: there is no connection, or you are signed out. Your words stay here; send them again.";
    }
  };
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[name=_comment], [name=_resolve], [name=_reopen]"), talk = button && button.closest(".talk");
    if (!talk || !/\/\d+\/change\/$/.test(location.pathname)) return;
    event.preventDefault();
    send(talk, button.name === "_comment" ? {} : { [button.name]: button.value });
  });
  form.addEventListener("keydown", (event) => {
    const talk = event.target.closest(".talk");
    if (event.key === "Escape" && talk && talk.open) {
      talk.open = false;
      talk.querySelector("summary").focus();
      event.stopPropagation();
      return;
    }
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.closest(".talk")) return;
    event.preventDefault();
    event.stopPropagation();
    send(event.target.closest(".talk"), {});
  }, true);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#comment-']"), thread = link && document.getElementById(link.hash.slice(1));
    if (!thread) return;
    thread.closest("details").open = true;
    thread.tabIndex = -1;
    thread.focus();
    thread.scrollIntoView({ block: "center" });
    event.preventDefault();
  });
  if (location.hash.startsWith("#comment-")) {
    const thread = document.getElementById(location.hash.slice(1));
    if (thread) thread.closest("details").open = true;
  }
  window.addEventListener("beforeunload", (event) => {
    if ([...form.querySelectorAll(".talk textarea")].some((field) => field.value !== field.defaultValue && field.value.trim())) event.preventDefault();
  });
};
if (text) beginTalk();
