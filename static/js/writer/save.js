import { form, text, part } from "./rows.js";

// The draft saves itself a moment after the typing stops, and says so. What can't be saved stays in this browser
// (static/js/keep.js) and is tried again: without a connection, after the end of a session, until it has a title.
const beginSaving = () => {
  const PAUSE = 2000, LONGEST = 15_000, AGAIN = 10_000, MOST = 60_000; // ms; bytes that a page may still send as it closes
  const state = form.querySelector(".writer__state");
  let edits = 0, saved = 0, first = 0, timer = null, running = null, stopped = false, trouble = "", isLeaving = false;
  const tell = (words, ...more) => { state.replaceChildren(words, ...more); state.classList.toggle("is-troubled", Boolean(trouble)); };
  const clock = (moment) => moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const link = (words, address) => {
    const made = document.createElement("a");
    [made.href, made.target, made.textContent] = [address, "_blank", words];
    return made;
  };

  // Rows that are stored come first in a formset, as the admin wants them; what a page holds goes on by its new names.
  const rowsOf = (prefix) => [...form.querySelectorAll(`[id^="${prefix}-"]`)]
    .filter((row) => new RegExp(`^${prefix}-\\d+$`).test(row.id)).sort((one, other) => number(one) - number(other));
  const number = (row) => Number(row.id.match(/\d+$/)[0]);
  const retitle = (row, prefix, from, to) => {
    const name = new RegExp(`(?<![\\w-])((?:id_|select2-id_|add_id_|change_id_)?${prefix})-${from}(?!\\d)`, "g");
    for (const one of [row, ...row.querySelectorAll("*")]) {
      for (const attribute of [...one.attributes]) {
        if (attribute.name !== "data-select2-id" && attribute.value.includes(prefix)) attribute.value = attribute.value.replace(name, `$1-${to}`);
      }
    }
  };
  const prefixes = [...form.querySelectorAll("[name$='-INITIAL_FORMS']")].map((field) => field.name.replace("-INITIAL_FORMS", ""));
  const inOrder = (prefix) => {
    const rows = rowsOf(prefix), isStored = (row) => Boolean(part(row, "id")?.value);
    const order = [...rows.filter(isStored), ...rows.filter((row) => !isStored(row))];
    const moved = order.filter((row, place) => number(row) !== place).map((row) => [row, order.indexOf(row), number(row)]);
    moved.forEach(([row, , was]) => retitle(row, prefix, was, `9999${was}`));
    moved.forEach(([row, to, was]) => retitle(row, prefix, `9999${was}`, to));
    form.elements[`${prefix}-INITIAL_FORMS`].value = rows.filter(isStored).length;
  };
  const keepRows = (prefix, pks, rows) => {
    pks.forEach((pk, place) => {
      const id = rows[place] && part(rows[place], "id");
      if (!id) return;
      id.value = pk ?? "";
      if (pk === null && !rows[place].matches(".block") && part(rows[place], "DELETE")?.checked) rows[place].hidden = true;
    });
    inOrder(prefix);
  };

  // The rows of what was sent and not answered yet, by how many edits it held. Until an answer is heard all attempts have
  // one name, by which the server knows what it has saved: a save of one's own never seems to be somebody else's.
  const newRound = () => Math.random().toString(36).slice(2).padEnd(8, "0") + Date.now().toString(36);
  const unheard = new Map();
  let round = newRound();
  const body = () => {
    const data = new FormData(form), sent = new URLSearchParams();
    for (const [name, value] of data) if (typeof value === "string" && !name.startsWith("_")) sent.append(name, value);
    sent.set("_autosave", `${round}.${edits}`);
    return sent;
  };
  // A new session has a new token; the page is asked for it. False while nobody is signed in.
  const newToken = async () => {
    const answer = await fetch(location.pathname, { redirect: "manual" });
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("#version_form [name=csrfmiddlewaretoken]");
    if (token) form.elements.csrfmiddlewaretoken.value = token.value;
    return Boolean(token);
  };
  const send = (more = {}) => {
    unheard.set(edits, Object.fromEntries(prefixes.map((prefix) => [prefix, rowsOf(prefix)])));
    return fetch(location.pathname, { method: "POST", body: body(), redirect: "manual", ...more });
  };

  const kept = (answer) => {
    const rows = unheard.get(answer.edits);
    unheard.clear();
    round = newRound();
    form.elements.seen.value = answer.seen;
    form.elements.slug_was.value = answer.slug;
    if (location.pathname.endsWith("/add/")) form.elements.slug.value = answer.slug;
    for (const [prefix, pks] of Object.entries(answer.rows)) keepRows(prefix, pks, rows[prefix] || []);
    for (const row of form.querySelectorAll("[name$='-parent'], [name$='-version']")) if (!row.name.includes("__prefix__")) row.value = answer.pk;
    if (location.pathname.endsWith("/add/")) history.replaceState(null, "", `/admin/articles/version/${answer.pk}/change/`);
    form.dispatchEvent(new CustomEvent("draft:saved"));
    [saved, trouble] = [answer.edits, ""];
    const without = answer.unfinished.length ? `, without what is not finished: ${answer.unfinished.join(", ")}` : "";
    tell(edits === saved ? `Saved ${clock(new Date())}${without}` : "Not saved yet …");
  };
  const refused = async (answer) => {
    if (answer.status === 409) {
      const { by, at } = await answer.json();
      [stopped, trouble] = [true, "409"];
      const look = document.createElement("input");
      Object.assign(look, { type: "submit", name: "_continue", value: "Look at both" });
      tell(`${by} saved this article at ${clock(new Date(at))}, in another window. Yours is kept in this browser and not saved. `, look);
    } else if (answer.status === 422) {
      const { missing } = await answer.json();
      trouble = "422";
      tell(`Kept in this browser. To be saved it needs: ${missing.join(" ")}`);
    } else if (answer.type === "opaqueredirect" || answer.status === 403) {
      trouble = "signed out";
      tell("You are signed out. What you typed is kept in this browser: ",
        link("sign in in another tab", `/admin/login/?next=${encodeURIComponent("/admin/")}`), ", and it is saved by itself.");
    } else {
      trouble = "error";
      tell("Not saved: the server has a trouble. It is kept in this browser and tried again.");
    }
  };
  const attempt = async () => {
    prefixes.forEach(inOrder);
    try {
      if (trouble === "signed out" && !await newToken()) return refused({ type: "opaqueredirect" });
      let answer = await send();
      if (answer.status === 403 && await newToken()) answer = await send();
      if (answer.ok) kept(await answer.json());
      else await refused(answer);
    } catch {
      trouble = "offline";
      tell("No connection: what you typed is kept in this browser. It is saved as soon as there is one.");
    }
    return undefined;
  };
  const save = async () => {
    clearTimeout(timer);
    if (running) return running;
    if (edits === saved || stopped) return undefined;
    running = attempt();
    await running;
    [running, first] = [null, 0];
    if (edits !== saved && !stopped) later(trouble ? AGAIN : PAUSE);
    return undefined;
  };
  const later = (pause) => { clearTimeout(timer); timer = setTimeout(save, pause); };
  const note = (event) => {
    if (event.target.name && event.target.name.startsWith("_")) return;
    edits += 1;
    first ||= Date.now();
    if (!trouble) tell("Not saved yet …");
    later(Math.max(0, Math.min(PAUSE, first + LONGEST - Date.now())));
  };
  form.addEventListener("input", note);
  form.addEventListener("change", note);
  document.addEventListener("formset:removed", () => note({ target: form }));
  window.addEventListener("focus", () => { if (trouble && trouble !== "422") save(); });
  window.addEventListener("online", save);

  // A save of one's own waits for the one under way: or it would seem to be somebody else's.
  form.addEventListener("submit", (event) => {
    const name = event.submitter ? event.submitter.name : "";
    if (name === "_check" || name === "_preview" || event.defaultPrevented) return;
    prefixes.forEach(inOrder);
    if (!running) { isLeaving = true; return clearTimeout(timer); }
    event.preventDefault();
    event.stopImmediatePropagation();
    return running.then(() => form.requestSubmit(event.submitter));
  }, true);
  window.addEventListener("pageshow", () => { isLeaving = false; });
  document.addEventListener("visibilitychange", () => { if (document.hidden && !isLeaving) save(); });
  window.addEventListener("beforeunload", (event) => {
    if (isLeaving || edits === saved) return;
    const isSmall = body().toString().length < MOST;
    if (trouble || running || !isSmall) event.preventDefault();
    else send({ keepalive: true }).catch(() => {}); // the page has gone
  });
};
if (text) beginSaving();
