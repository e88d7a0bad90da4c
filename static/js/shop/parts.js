import { announce, change, fetched, replaceMain, wordsOf } from "./page.js";

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
    replaceMain(page);
    main.querySelectorAll("details").forEach((one) => { if (open.includes(one.className)) one.open = true; });
    if (push) history.pushState({ ours: true }, "", url);
    const again = focus && [...main.querySelectorAll(LINKS)].find((link) => link.getAttribute("href") === focus);
    if (again) again.focus({ preventScroll: true });
    const status = main.querySelector("[role=status]") || main.querySelector(".buy .price");
    if (status) announce(wordsOf(status));
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
