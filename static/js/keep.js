// Keeps what is typed in the article editor in this browser until it is saved, and offers it back: after a lost
// connection, an ended session or a closed tab. The server redraws the form from it and saves nothing.
(() => {
  const PREFIX = "typed:";
  const saved = document.querySelector(".messagelist .success");
  if (saved) {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  }
  const form = document.querySelector("#version_form");
  if (!form) return;
  const key = PREFIX + location.pathname;
  const typed = () =>
    JSON.stringify([...new FormData(form)].filter(([name, value]) =>
      typeof value === "string" && !name.startsWith("_") && name !== "csrfmiddlewaretoken" && !name.includes("__prefix__")));

  const offer = (kept) => {
    const notice = document.createElement("p");
    notice.className = "warning-note";
    notice.setAttribute("role", "status");
    const when = new Date(kept.at).toLocaleString();
    notice.append(`On ${when} something was typed here that was never saved. `);
    const back = document.createElement("button");
    back.type = "button";
    back.className = "button";
    back.textContent = "Put it back";
    back.addEventListener("click", () => {
      const sent = document.createElement("form");
      sent.method = "post";
      const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
      for (const [name, value] of [...JSON.parse(kept.fields), ["csrfmiddlewaretoken", token], ["_put_back", "1"]]) {
        const field = document.createElement("input");
        field.type = "hidden";
        field.name = name;
        field.value = value;
        sent.append(field);
      }
      document.body.append(sent);
      sent.submit();
    });
    const away = document.createElement("button");
    away.type = "button";
    away.className = "button";
    away.textContent = "Throw it away";
    away.addEventListener("click", () => {
      localStorage.removeItem(key);
      notice.remove();
    });
    notice.append(back, " ", away);
    form.before(notice);
  };

  // The editors need a moment to draw themselves; what the form holds then is what the server knows.
  setTimeout(() => {
    const known = typed();
    const putBack = Boolean(document.querySelector("#put-back"));
    const kept = putBack ? null : JSON.parse(localStorage.getItem(key) || "null");
    if (kept && kept.fields !== known) offer(kept);
    setInterval(() => {
      const now = typed();
      if (now !== known) localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields: now }));
    }, 1500);
  }, 1200);
})();
