import { prepare } from "./page.js";

// The bar with the button at the foot of a product's page on phones waits until the button above is out of sight.
const barWaits = () => {
  const box = document.querySelector(".product .buy");
  const bar = document.querySelector(".buy-bar");
  if (!box || !bar) return;
  new IntersectionObserver(([seen]) => { bar.hidden = seen.isIntersecting; }).observe(box);
};
prepare(barWaits);
