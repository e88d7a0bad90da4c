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
  done.textContent = document.body.dataset.sayClose;
  done.addEventListener("click", () => lens.close());
  picture.addEventListener("click", () => lens.close());
  lens.append(done, picture);
  lens.addEventListener("close", () => { lens.remove(); link.focus(); });
  document.body.append(lens);
  lens.showModal();
});
