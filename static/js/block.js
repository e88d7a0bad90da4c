// In the article editor: a finding leads to its block. The block is opened, brought into view, and its text focused.
(() => {
  const show = (id) => {
    const block = id && document.getElementById(id);
    if (!block) return;
    block.classList.remove("collapsed");
    for (const found of document.querySelectorAll(".is-looked-for")) found.classList.remove("is-looked-for");
    const form = block.matches(".inline-related") ? block : block.closest(".form-row") || block;
    form.classList.add("is-looked-for");
    form.scrollIntoView({ block: "center" });
    const fields = ["[contenteditable=true]", "input[type=text]", "textarea", "input:not([type=hidden])"];
    const field = fields.map((kind) => block.querySelector(kind)).find((found) => found) || block;
    field.focus({ preventScroll: true });
  };
  const here = () => show(decodeURIComponent(location.hash.slice(1)));
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".claims a[href^='#']");
    if (!link) return;
    event.preventDefault();
    history.replaceState(null, "", link.hash);
    here();
  });
  // The editors need a moment to put the blocks into their order and to draw themselves.
  window.addEventListener("load", () => setTimeout(here, 600));
})();
