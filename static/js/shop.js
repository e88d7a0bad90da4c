// Small improvements over forms and links that work without any of this. Order: helpers, the till, parts of a page that
// change without a reload, the search box, reading, pictures, sources.

const reduced = matchMedia("(prefers-reduced-motion: reduce)");

// Change the page inside a view transition, where there is one and motion is welcome.
const change = (act) => {
  if (document.startViewTransition && !reduced.matches) document.startViewTransition(act);
  else act();
};

const fetched = async (url, options = {}) => {
  const answer = await fetch(url, { credentials: "same-origin", ...options });
  return { answer, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
};

// --- messages ---------------------------------------------------------------------------------------------------

// The messages of an action stand where the reader is, then step aside; they stay while they have focus or the mouse.
const stepAside = (box) => {
  if (!box || getComputedStyle(box).position !== "fixed") return;
  const leave = () => {
    if (box.matches(":hover, :focus-within")) setTimeout(leave, 4000);
    else box.remove();
  };
  setTimeout(leave, 12000);
};
stepAside(document.querySelector(".messages"));

// Read out by screen readers: the place is there before the words are put into it.
const told = document.createElement("div");
told.className = "visually-hidden";
told.setAttribute("role", "status");
document.body.append(told);
const announce = (words) => {
  told.textContent = "";
  setTimeout(() => { told.textContent = words; }, 60);
};

const showMessages = (page) => {
  const found = page.querySelector(".messages");
  document.querySelectorAll(".messages").forEach((box) => box.remove());
  if (!found) return;
  found.removeAttribute("role");
  const basket = document.querySelector(".basket-link");
  if (basket && !found.querySelector("a") && !location.pathname.includes("/basket/")) {
    const way = document.createElement("a");
    way.href = basket.getAttribute("href");
    way.textContent = "Open the basket";
    found.querySelector(".message").append(" ", way);
  }
  document.querySelector("#main").before(found);
  announce([...found.querySelectorAll(".message")].map((one) => one.textContent.trim()).join(" "));
  stepAside(found);
};

const takeHeader = (page) => {
  const now = document.querySelector(".basket-link");
  const then = page.querySelector(".basket-link");
  if (now && then) now.replaceWith(then);
};

// --- the till ---------------------------------------------------------------------------------------------------

// A form marked data-once is sent once: its button says so, and a second click does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter;
  if (button && button.dataset.busy) {
    button.setAttribute("aria-disabled", "true");
    button.textContent = button.dataset.busy;
  }
});

// A page that comes back from the browser's own cache may show an old basket or a sent form: load it anew.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

// An error summary takes the focus, so that it is read first.
const summary = document.querySelector(".notice--error[tabindex]");
if (summary) summary.focus();

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
    } else if (answer.redirected) location.assign(answer.url);
    else form.submit();
  } catch {
    form.submit();
  } finally {
    delete form.dataset.busy;
    button.removeAttribute("aria-disabled");
  }
});

// The basket: a stepper beside each quantity, and the totals follow by themselves.
const steppers = (root) => root.querySelectorAll(".line__quantity input, .add-form__quantity input").forEach((field) => {
  if (field.parentElement.querySelector(".step")) return;
  const name = field.closest("label").textContent.trim();
  const step = (by, sign, word) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "step";
    made.textContent = sign;
    made.setAttribute("aria-label", `${word}: ${name}`);
    made.addEventListener("click", () => {
      const next = Math.min(Math.max(Number(field.value || 0) + by, Number(field.min)), Number(field.max));
      if (String(next) === field.value) return;
      field.value = next;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    return made;
  };
  field.setAttribute("aria-label", name); // the label around it now holds buttons too
  field.before(step(-1, "−", "One less"));
  field.after(step(1, "+", "One more"));
  field.parentElement.classList.add("stepped");
  const button = root.querySelector(".lines__update");
  if (button) button.classList.add("is-idle"); // keeps its place, so that nothing below moves
});
steppers(document);

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
      const main = page.querySelector("#main");
      takeHeader(page);
      document.querySelector("#main").replaceWith(main);
      document.title = page.title;
      if (new URL(answer.url).search) history.replaceState(null, "", answer.url);
      steppers(document);
      showMessages(page);
      const total = main.querySelector(".totals__sum");
      if (total && !page.querySelector(".messages")) announce(total.textContent.replace(/\s+/g, " ").trim());
      const again = held && [...main.querySelectorAll("input, .step")].find((one) => one.name === held || one.getAttribute("aria-label") === held);
      if (again) again.focus();
    } catch {
      form.submit();
    }
  }, 350);
});

// The bar with the button at the foot of a product's page on phones waits until the button above is out of sight.
const barWaits = () => {
  const box = document.querySelector(".product .buy");
  const bar = document.querySelector(".buy-bar");
  if (!box || !bar) return;
  new IntersectionObserver(([seen]) => { bar.hidden = seen.isIntersecting; }).observe(box);
};
barWaits();

// --- parts of a page that change without a reload -----------------------------------------------------------------

// Packs, filters, sorting and pages are links; followed here, the rest of the page stays, and so does the focus.
const LINKS = ".variants a, .filter a, .pages a";
const show = async (url, { push, focus }) => {
  const { answer, page } = await fetched(url);
  const main = page.querySelector("#main");
  if (!answer.ok || !main) {
    location.assign(url);
    return;
  }
  const open = [...document.querySelectorAll("#main details[open]")].map((one) => one.className);
  change(() => {
    document.querySelector("#main").replaceWith(main);
    main.querySelectorAll("details").forEach((one) => { if (open.includes(one.className)) one.open = true; });
    document.title = page.title;
    takeHeader(page);
    steppers(document);
    barWaits();
    if (push) history.pushState({ ours: true }, "", url);
    const again = focus && [...main.querySelectorAll(LINKS)].find((link) => link.getAttribute("href") === focus);
    if (again) again.focus({ preventScroll: true });
    const status = main.querySelector("[role=status]") || main.querySelector(".buy .price");
    if (status) announce(status.textContent.replace(/\s+/g, " ").trim());
  });
};
document.addEventListener("click", (event) => {
  const link = event.target.closest(LINKS);
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || url.pathname !== location.pathname) return;
  event.preventDefault();
  if (!history.state) history.replaceState({ ours: true }, "");
  show(link.href, { push: true, focus: link.closest(".pages") ? "" : link.getAttribute("href") }).catch(() => location.assign(link.href));
  if (link.closest(".pages")) window.scrollTo({ top: 0 });
});
window.addEventListener("popstate", (event) => {
  if (event.state && event.state.ours) show(location.href, { push: false }).catch(() => location.reload());
});

// --- the search box -----------------------------------------------------------------------------------------------

// Suggestions as a listbox below the field (the ARIA pattern of a combobox); Enter without a choice searches as ever.
document.querySelectorAll("form[data-suggest]").forEach((form) => {
  const field = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  list.className = "find__list";
  list.id = `${field.id}-list`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  form.append(list);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");
  let at = -1, timer, running, rows = [];
  const choose = (place) => {
    at = place;
    [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === at)));
    if (at >= 0) field.setAttribute("aria-activedescendant", list.children[at].id);
    else field.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    choose(-1);
  };
  const draw = () => {
    list.replaceChildren(...rows.map((row, number) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${number}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      const name = document.createElement("span");
      name.textContent = row.name;
      const note = document.createElement("small");
      note.textContent = row.note || row.kind;
      item.append(name, note);
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); });
      item.addEventListener("click", () => location.assign(row.url));
      return item;
    }));
    list.hidden = !rows.length;
    field.setAttribute("aria-expanded", String(!!rows.length));
    at = -1;
    if (rows.length) announce(`${rows.length} suggestion${rows.length > 1 ? "s" : ""}`);
  };
  const ask = async () => {
    if (running) running.abort();
    running = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.suggest}?${new URLSearchParams({ q: field.value })}`, { signal: running.signal });
      rows = answer.ok ? (await answer.json()).rows : [];
      if (document.activeElement === field) draw();
    } catch { /* the field still searches */ }
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    if (field.value.trim().length < 2) close();
    else timer = setTimeout(ask, 140);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      choose(((at + 1 + step + rows.length + 1) % (rows.length + 1)) - 1);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      location.assign(rows[at].url);
    }
  });
});

// --- reading ------------------------------------------------------------------------------------------------------

// Day, night and the size of text, at once; the reader's place stays. The server keeps the choice.
const DARK = { auto: "screen and (prefers-color-scheme: dark)", day: "not all", night: "screen" };
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-reading]") || !event.submitter) return;
  event.preventDefault();
  const { name, value } = event.submitter;
  const root = document.documentElement;
  const anchor = [...document.querySelectorAll("#main p, #main h2, #main h1")].find((one) => one.getBoundingClientRect().bottom > 80);
  const before = anchor ? anchor.getBoundingClientRect().top : 0;
  root.dataset[name] = value;
  if (name === "look") document.querySelector("#dark").media = DARK[value];
  document.querySelectorAll(`[data-reading] button[name=${name}]`).forEach((button) => {
    button.setAttribute("aria-pressed", String(button.value === value));
  });
  if (anchor) window.scrollBy(0, anchor.getBoundingClientRect().top - before);
  announce(event.submitter.textContent.trim());
  const data = new URLSearchParams(new FormData(form));
  data.set(name, value);
  fetch(form.action, { method: "POST", body: data, redirect: "manual" }).catch(() => announce("The choice could not be kept."));
});

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});

// --- pictures -----------------------------------------------------------------------------------------------------

// A pack large, over the page; the link to the picture works without this.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".product__picture");
  if (!link || event.ctrlKey || event.metaKey || !window.HTMLDialogElement) return;
  event.preventDefault();
  const lens = document.createElement("dialog");
  lens.className = "lens";
  lens.setAttribute("aria-label", link.querySelector("img").alt);
  const picture = document.createElement("img");
  picture.src = link.href;
  picture.alt = link.querySelector("img").alt;
  const done = document.createElement("button");
  done.type = "button";
  done.className = "button";
  done.textContent = "Close";
  done.addEventListener("click", () => lens.close());
  picture.addEventListener("click", () => lens.close());
  lens.append(done, picture);
  lens.addEventListener("close", () => { lens.remove(); link.focus(); });
  document.body.append(lens);
  lens.showModal();
});

// --- sources ------------------------------------------------------------------------------------------------------

// A source beside its number: the list at the end stays what it is, and the link works without this.
(() => {
  let open = null;
  const close = () => { if (open) { const { box, link } = open; open = null; box.remove(); link.focus(); } };
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".cite a");
    if (!link) { if (open && !open.box.contains(event.target)) close(); return; }
    const source = document.querySelector(link.getAttribute("href"));
    if (!source || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    close();
    const box = document.createElement("div");
    box.className = "source-popover";
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", link.getAttribute("aria-label"));
    const words = document.createElement("p");
    for (const node of source.childNodes) {
      if (!(node.getAttribute && (node.getAttribute("href") || "").startsWith("#cite"))) words.append(node.cloneNode(true));
    }
    const all = document.createElement("a");
    all.href = link.getAttribute("href");
    all.textContent = "In the list of sources";
    all.addEventListener("click", () => { open = null; box.remove(); });
    const done = document.createElement("button");
    done.type = "button";
    done.className = "button button--quiet";
    done.textContent = "Close";
    done.addEventListener("click", close);
    box.append(words, all, " ", done);
    link.after(box);
    open = { box, link };
    done.focus();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  addEventListener("beforeprint", () => document.querySelectorAll(".questions details").forEach((part) => { part.open = true; }));
})();
