import { announce } from "./page.js";

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
  fetch(form.action, { method: "POST", body: data, redirect: "manual" }).catch(() => announce(document.body.dataset.sayNotKept));
});
