import { announce } from "./page.js";

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

export const showMessages = (page) => {
  const found = page.querySelector(".messages");
  document.querySelectorAll(".messages").forEach((box) => box.remove());
  if (!found) return;
  found.removeAttribute("role");
  found.removeAttribute("autofocus");
  const basket = document.querySelector(".basket-link");
  if (basket && !found.querySelector("a") && !location.pathname.includes("/basket/")) {
    const way = document.createElement("a");
    way.href = basket.getAttribute("href");
    way.textContent = document.body.dataset.sayBasket;
    found.querySelector(".message").append(" ", way);
  }
  document.querySelector("#main").before(found);
  announce([...found.querySelectorAll(".message")].map((one) => one.textContent.trim()).join(" "));
  stepAside(found);
};
