// What the features share. Each works on links and forms that work without any of this.

const reduced = matchMedia("(prefers-reduced-motion: reduce)");

// Change the page inside a view transition, where there is one and motion is welcome.
export const change = (act) => {
  if (document.startViewTransition && !reduced.matches) document.startViewTransition(act);
  else act();
};

export const fetched = async (url, options = {}) => {
  const answer = await fetch(url, { credentials: "same-origin", ...options });
  return { answer, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
};

// Read out by screen readers: the place is there before the words are put into it.
const status = document.createElement("div");
status.className = "visually-hidden";
status.setAttribute("role", "status");
document.body.append(status);
export const announce = (words) => {
  status.textContent = "";
  setTimeout(() => { status.textContent = words; }, 60);
};

export const takeHeader = (page) => {
  const now = document.querySelector(".basket-link");
  const then = page.querySelector(".basket-link");
  if (now && then) now.replaceWith(then);
};

// A part of the page was replaced: features that prepare what they find prepare it again.
const REPLACED = "page:replaced";
export const prepare = (act) => {
  act();
  document.addEventListener(REPLACED, act);
};
export const replaceMain = (page) => {
  const main = page.querySelector("#main");
  document.querySelector("#main").replaceWith(main);
  document.title = page.title;
  takeHeader(page);
  document.dispatchEvent(new Event(REPLACED));
  return main;
};
export const wordsOf = (node) => node.textContent.replace(/\s+/g, " ").trim();
