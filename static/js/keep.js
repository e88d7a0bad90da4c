// Keeps what is typed in the article editor in this browser until it is saved, and offers it back: after a lost
// connection, an ended session or a closed tab. The server redraws the form from it and saves nothing. What is kept
// belongs to one draft; each article that is only being begun has a key of its own. It goes when the server says that
// this draft was saved, and only if what was kept is what was sent.
(() => {
  const PREFIX = "typed:", SENT = "typed-sent", NEW = "typed-new", LONGEST = 90 * 24 * 3600 * 1000;
  const LIST = "/admin/articles/version/";
  const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const write = (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden */ } };
  const kept = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

  // What was sent from this tab, and is now said to be saved.
  const sent = JSON.parse(sessionStorage.getItem(SENT) || "null");
  for (const message of document.querySelectorAll(".messagelist [class*='saved-draft-']")) {
    const draft = message.className.match(/saved-draft-(add|\d+)/)[1];
    const path = draft === "add" ? `${LIST}add/` : `${LIST}${draft}/change/`;
    if (!sent || sent.key.slice(PREFIX.length).split("#")[0] !== path) continue;
    const entry = read(sent.key);
    if (entry && entry.fields === sent.fields) localStorage.removeItem(sent.key);
    sessionStorage.removeItem(SENT);
  }
  for (const key of kept()) {
    const entry = read(key);
    if (!entry || Date.now() - entry.at > LONGEST) localStorage.removeItem(key);
  }

  const form = document.querySelector("#version_form");
  if (!form) return;
  const isNew = location.pathname === `${LIST}add/`;
  const isRedrawn = document.querySelector("#put-back, .errornote") !== null;
  const newKey = () => {
    let id = isRedrawn && sessionStorage.getItem(NEW);
    if (!id) sessionStorage.setItem(NEW, id = `${Date.now()}-${Math.random().toString(36).slice(2)}`);
    return `${PREFIX}${location.pathname}#${id}`;
  };
  let key = isNew ? newKey() : PREFIX + location.pathname;
  const typed = () =>
    JSON.stringify([...new FormData(form)].filter(([name, value]) =>
      typeof value === "string" && !name.startsWith("_") && name !== "csrfmiddlewaretoken" && !name.includes("__prefix__")));
  const words = (fields) => JSON.stringify(JSON.parse(fields).filter(([name]) => !["slug_was", "seen", "overwrite"].includes(name)));

  const offer = (place, entry) => {
    const notice = document.createElement("p");
    notice.className = "warning-note";
    notice.setAttribute("role", "status");
    const when = new Date(entry.at).toLocaleString();
    const title = (JSON.parse(entry.fields).find(([name]) => name === "title") || ["", ""])[1];
    notice.append(`On ${when} something was typed here that was never saved${isNew && title ? ` (“${title}”)` : ""}. `);
    const button = (label, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "button";
      made.textContent = label;
      made.addEventListener("click", act);
      notice.append(made, " ");
    };
    button("Put it back", () => {
      if (isNew) sessionStorage.setItem(NEW, place.split("#")[1]);
      const back = document.createElement("form");
      back.method = "post";
      const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
      for (const [name, value] of [...JSON.parse(entry.fields), ["csrfmiddlewaretoken", token], ["_put_back", "1"]]) {
        const field = document.createElement("input");
        field.type = "hidden";
        field.name = name;
        field.value = value;
        back.append(field);
      }
      document.body.append(back);
      back.submit();
    });
    button("Throw it away", () => {
      localStorage.removeItem(place);
      notice.remove();
    });
    form.before(notice);
  };

  let isSent = false;
  window.addEventListener("pageshow", () => { isSent = false; });
  form.addEventListener("submit", (event) => {
    const name = event.submitter ? event.submitter.name : "";
    if (name === "_check" || name === "_preview") return;
    const fields = typed();
    isSent = true;
    write(key, { at: Date.now(), fields });
    try { sessionStorage.setItem(SENT, JSON.stringify({ key, fields })); } catch { /* full or forbidden */ }
  });

  // The editors need a moment to draw themselves; what the form holds then is what the server knows.
  setTimeout(() => {
    let known = typed();
    // Saved by itself: from here on the draft has an address of its own, if it was being begun.
    form.addEventListener("draft:saved", () => {
      localStorage.removeItem(key);
      key = PREFIX + location.pathname;
      known = typed();
    });
    if (!document.querySelector("#put-back")) {
      for (const place of isNew ? kept().filter((name) => name.startsWith(`${PREFIX}${location.pathname}#`)) : [key]) {
        const entry = read(place);
        if (entry && words(entry.fields) !== words(known)) offer(place, entry);
      }
    }
    setInterval(() => {
      const now = typed();
      if (now !== known && !isSent) write(key, { at: Date.now(), fields: now });
    }, 1500);
  }, 1200);
})();
