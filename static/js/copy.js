// Buttons that copy an address of this site, or words with one behind them. Without a script the links can be copied.
(() => {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy-address]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const address = new URL(button.dataset.copyAddress, location.origin).href;
      const label = button.firstChild, was = label.textContent;
      try {
        await navigator.clipboard.writeText([button.dataset.copy, address].filter(Boolean).join(" "));
        label.textContent = "Copied";
      } catch {
        label.textContent = "Not copied: your browser forbids it";
      }
      setTimeout(() => { label.textContent = was; }, 3000);
    });
  }
})();
