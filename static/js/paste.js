// Text pasted from Word or Google Docs, without its styles, before the editor reads it. The page's policy forbids
// inline styles, so the editor could not see that Docs wraps everything in a <b> that is not bold, and the browser
// would complain of each style. Bold and italic that are written as styles become elements.
(() => {
  const STYLE = /\s(?:style|on\w+)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi;
  let cleaned = null;

  const clean = (html) =>
    html
      .replace(/<(style|script|xml)\b[\s\S]*?<\/\1\s*>/gi, "")
      .replace(/<b\b[^>]*\bid="docs-internal-guid[^"]*"[^>]*>([\s\S]*)<\/b>/i, "$1")
      .replace(/<span\b([^>]*)>([^<]*)<\/span>/gi, (whole, attributes, words) => {
        const style = (attributes.match(/style\s*=\s*("[^"]*"|'[^']*')/i) || ["", ""])[1].toLowerCase();
        if (/font-weight:\s*(bold|[6-9]00)/.test(style)) words = `<strong>${words}</strong>`;
        if (/font-style:\s*italic/.test(style)) words = `<em>${words}</em>`;
        return words;
      })
      .replace(/<[^>]+>/g, (tag) => tag.replace(STYLE, ""));

  document.addEventListener(
    "paste",
    (event) => {
      const html = event.clipboardData && event.clipboardData.getData("text/html");
      if (event === cleaned || !html || !event.target.closest || !event.target.closest(".ProseMirror")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const data = new DataTransfer();
      data.setData("text/html", clean(html));
      data.setData("text/plain", event.clipboardData.getData("text/plain"));
      cleaned = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
      event.target.dispatchEvent(cleaned);
    },
    true,
  );
})();
