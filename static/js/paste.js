// Text pasted from Word, Google Docs, LibreOffice, Pages or the web, in our editor's own markup before it reads it.
// The same, step by step, as articles/text/pasted.py does with what is posted; tests/support/pastes.py holds what both
// must give. The page's policy forbids inline styles, so the editor itself could not read them.
(() => {
  const BLOCKS = new Set(("address article aside blockquote body caption center dd details div dl dt fieldset figcaption "
    + "figure footer form h1 h2 h3 h4 h5 h6 header hr html main nav p pre section summary").split(" "));
  const SKIPPED = new Set(("annotation annotation-xml audio button canvas comment head iframe input link m:ctrlpr m:dpr "
    + "m:fpr m:radpr m:rpr m:ssubpr m:ssubsuppr m:ssuppr meta noscript object script select style svg template textarea title video xml").split(" "));
  const NO_SCRIPT = new Set([...BLOCKS, "td", "th", "tr", "table", "li", "ul", "ol"]);
  const BULLET = /^(?:[·•▪‣◦●○■□➢✓§–-]|o(?=[ \xa0\t]{2,}))[ \xa0\t]+/;
  const TYPED_BULLET = /^[•▪‣◦●■·⁃] /; // in a paragraph or an item that is tidied
  const NUMBER = /^\(?(?:\d+\.)*(\d{1,4}|[a-z]{1,6}(?![0-9]))([.):]*)$/i;
  const TYPED_NUMBER = /^\(?(?:\d+\.)*(?:\d{1,4}|[a-z]{1,4})[.)][ \xa0\t]{2,}/i;
  const FOOTNOTE = /^\s*(?:\[?[\divxlc]{1,5}\]?|[*†‡§¶]{1,3})\s*$/i;
  const ROMAN = /^m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})$/;
  const ROMAN_VALUES = { i: 1, v: 5, x: 10, l: 50, c: 100, d: 500, m: 1000 };
  const DELETED = /^(?:msodel|msocom\w*|msocommentreference|trackchange\w*delet\w*|mw-editsection)$/;
  const UP = new Set(["superscript", "msofootnotereference", "msoendnotereference"]);
  const zip = (from, to) => new Map([...from].map((sign, place) => [sign, [...to][place]]));
  // The letters of two fonts whose characters mean something else than their codes.
  const FONTS = {
    symbol: zip("ABGDEZHQIKLMNXOPRSTUFCYWabgdezhqiklmnxoprstufcyw-@£³±´¸¹»·®¥ÖåÑÎ¶",
      "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλµνξοπρστυφχψω−≅≤≥±×÷≠≈•→∞√∑∇∈∂"),
    wingdings: zip("àßáâüûþ§·n", "→←↑↓✓✗✓▪•■"),
  };
  const REDIRECTS = [
    [/(?:^|\.)google\.[a-z.]+$/, "/url", ["q", "url"]],
    [/\.safelinks\.protection\.outlook\.com$/, "/", ["url"]],
    [/^lm?\.(?:facebook|instagram)\.com$/, "/", ["u"]],
    [/(?:^|\.)youtube\.com$/, "/redirect", ["q"]],
    [/(?:^|\.)duckduckgo\.com$/, "/l/", ["uddg"]],
    [/(?:^|\.)google\.[a-z.]+$/, "/scholar_url", ["url"]],
    [/(?:^|\.)linkedin\.com$/, "/redir/", ["url"]],
    [/^slack-redir\.net$/, "/link", ["url"]],
    [/^out\.reddit\.com$/, "/", ["url"]],
    [/^linkprotect\.cudasvc\.com$/, "/url", ["a"]],
  ];
  const DEFENDED = /^https:\/\/urldefense(?:\.proofpoint)?\.com\/v3\/__(https?:\/[^*]+?)__;[^*]*$/i;
  // What a style sheet of the clipboard may say of a class; Cocoa (Pages, TextEdit) and Excel say it nowhere else.
  const SHEET = /<style\b[^>]*>([\s\S]*?)<\/style/gi;
  const SELECTOR = /^([a-z][a-z0-9]*)?\.([\w-]+)$/;
  const TOLD = new Set(("bottom display font font-family font-style font-weight list-style-type mso-hide mso-text-raise "
    + "position text-decoration text-decoration-line top vertical-align visibility").split(" "));
  const FONT_STYLES = new Set(["font", "font-style", "font-weight"]); // of a heading, or of a paragraph that Word calls by a style
  const ROLES = { list: "ul", listitem: "li", table: "table", grid: "table", row: "tr", rowgroup: "tbody", cell: "td",
    gridcell: "td", columnheader: "th", rowheader: "th" };
  const LIST_STYLES = { "decimal": "", "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A",
    "lower-roman": "i", "upper-roman": "I" };
  const SMALL_SCRIPTS = { "top": "sup", "text-top": "sup", "text-bottom": "sub" };
  const SMALLER = /^(?:0?\.[0-9]+r?em|[1-9][0-9](?:\.[0-9]+)?%|smaller|xx?-small)$/;
  const MOVED = /^(-?)(?:0?\.[1-9][0-9]*e[mx]|(?:[2-9]|1[0-2]?)(?:\.[0-9]+)?p[xt])$/; // a sign's way up or down, no layout
  const WEIGHT = /^(?:bold|bolder|[6-9]00)$/;
  const EMOJI = /^(?=[\s\S]*[\p{So}\u20e3])[\p{S}\p{M}\p{Cf}\p{Nd}#*]{1,16}$/u;
  const ACCENTS = { "¯": "\u0304", "‾": "\u0304", "_": "\u0304", "^": "\u0302", "~": "\u0303", "˙": "\u0307" };
  const EQUATION_PARTS = {
    "mfrac": "fraction", "m:f": "fraction", "msqrt": "root", "mroot": "root", "m:rad": "root", "mfenced": "brackets",
    "m:d": "brackets", "msub": ["sub"], "m:ssub": ["sub"], "munder": ["sub"], "msup": ["sup"], "m:ssup": ["sup"],
    "mover": ["sup"], "msubsup": ["sub", "sup"], "m:ssubsup": ["sub", "sup"], "munderover": ["sub", "sup"],
  };
  const OFFICE_PARTS = new Set(["m:den", "m:e", "m:num", "m:sub", "m:sup"]);
  const NONE = { bold: false, italic: false, strike: false, script: "", href: "", title: "", font: "" };
  const ALIKE = Object.keys(NONE);
  const attribute = (node, name) => node.getAttribute(name) || "";
  const nameOf = (node) => {
    const name = node.localName.toLowerCase();
    return ["div", "span"].includes(name) && Object.hasOwn(ROLES, attribute(node, "role")) ? ROLES[attribute(node, "role")] : name;
  };
  const classes = (node) => attribute(node, "class").toLowerCase().split(/\s+/).filter(Boolean);
  const declarations = (style) => Object.fromEntries(style.toLowerCase().split(";").map((part) => {
    const place = part.indexOf(":");
    return place < 0 ? [part.trim(), ""] : [part.slice(0, place).trim(), part.slice(place + 1).replace("!important", "").trim()];
  }));
  const styleOf = (node) => {
    const declared = declarations(attribute(node, "data-style"));
    if (!("font" in declared)) return declared;
    const words = declared.font.split(/\s+/);
    return { "font-weight": words.find((word) => WEIGHT.test(word)) || "normal",
      "font-style": words.includes("italic") || words.includes("oblique") ? "italic" : "normal", ...declared };
  };
  const escape = (words) => words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const quoted = (words) => escape(words).replace(/"/g, "&quot;").replace(/'/g, "&#x27;");
  const isPrivate = (sign) => sign >= "\uf000" && sign <= "\uf0ff";
  const base = (sign) => isPrivate(sign) ? String.fromCharCode(sign.charCodeAt(0) - 0xf000) : sign;
  const roman = (lower) => {
    const values = [...lower].map((sign) => ROMAN_VALUES[sign]);
    return values.reduce((sum, one, place) => sum + (one < (values[place + 1] || 0) ? -one : one), 0);
  };

  const realAddress = (given) => {
    let href = given.trim().replace(/#?:~:[^#]*$/, "");
    for (let turn = 0; turn < 3; turn += 1) {
      const scheme = (href.match(/^([a-z][a-z0-9+.-]*):/i) || ["", ""])[1].toLowerCase();
      if (!["", "http", "https", "mailto"].includes(scheme) || href.startsWith("#")) return "";
      if (!scheme.startsWith("http")) return href;
      const defended = href.match(DEFENDED);
      if (defended) {
        href = defended[1].replace(/^(https?:\/)(?!\/)/, "$1/");
        continue;
      }
      let url, target = "";
      try { url = new URL(href); } catch { return ""; }
      for (const [host, path, keys] of REDIRECTS) {
        if (!host.test(url.host) || !url.pathname.startsWith(path)) continue;
        const found = keys.map((key) => url.searchParams.get(key)).find(Boolean) || "";
        if (/^https?:\/\//.test(found)) { target = found; break; }
      }
      if (!target) return href;
      href = target;
    }
    return href;
  };

  let equations = new WeakSet(); // what an equation is or stands in
  const isSkipped = (node, style) => {
    const isDouble = attribute(node, "aria-hidden") === "true" && equations.has(node.parentElement);
    return SKIPPED.has(nameOf(node)) || ((style.display === "none" || isDouble) && !equations.has(node)) || node.hasAttribute("hidden")
      || style.visibility === "hidden" || style["mso-hide"] === "all" || (style["mso-element"] || "").startsWith("comment")
      || (nameOf(node) === "del" && (node.hasAttribute("cite") || node.hasAttribute("datetime")))
      || classes(node).some((name) => DELETED.test(name));
  };

  // Of each class that a style sheet names: [element or "", what it says]. Not what holds for some media only.
  const rulesOf = (html) => {
    const rules = new Map(), sheet = [...html.matchAll(SHEET)].map((found) => found[1]).join("}").replace(/<!--|-->/g, "");
    let depth = 0;
    for (const part of sheet.split("}")) {
      const place = part.lastIndexOf("{"), selectors = part.slice(0, Math.max(place, 0)).toLowerCase();
      if (place < 0) {
        depth = Math.max(0, depth - 1);
        continue;
      }
      if (depth === 0 && !selectors.includes("{")) {
        const said = Object.entries(declarations(part.slice(place + 1))).filter(([name]) => TOLD.has(name));
        for (const selector of said.length ? selectors.slice(selectors.lastIndexOf(";") + 1).split(",") : []) {
          const found = selector.trim().match(SELECTOR);
          if (found) rules.set(found[2], [...rules.get(found[2]) || [], [found[1] || "", said]]);
        }
      }
      depth += part.split("{").length - 2;
    }
    return rules;
  };

  // Write into the tree what it says by style sheets, and note where equations stand.
  const prepare = (root, rules) => {
    for (const node of root.querySelectorAll("*")) {
      const name = nameOf(node), isStyled = BLOCKS.has(name) && attribute(node, "class").toLowerCase().startsWith("mso");
      const hasOwnFont = isStyled || /^h[1-6]$/.test(name), said = new Map();
      for (const [element, rule] of classes(node).flatMap((one) => rules.get(one) || [])) {
        if (!["", name].includes(element)) continue;
        for (const [key, value] of rule) if (!hasOwnFont || !FONT_STYLES.has(key)) said.set(key, value);
      }
      if (said.size) {
        const declared = [...said].map(([key, value]) => `${key}:${value}`).join(";");
        node.setAttribute("data-style", `${declared};${attribute(node, "data-style")}`);
      }
      for (let around = name === "math" ? node : null; around && !equations.has(around); around = around.parentElement) equations.add(around);
    }
  };

  // "sup", "sub", or null where the style says nothing: the baseline is that of what stands around.
  const scriptOf = (style) => {
    const align = style["vertical-align"] || "", raised = style["mso-text-raise"] || "";
    for (const position of [align, style["font-variant-position"]]) if (["super", "sub"].includes(position)) return position === "super" ? "sup" : "sub";
    if (SMALLER.test(style["font-size"] || "") && Object.hasOwn(SMALL_SCRIPTS, align)) return SMALL_SCRIPTS[align];
    const shift = align.match(/^(-?)[\d.]*[1-9]/) || raised.match(/^(-?)[\d.]*[1-9]/);
    if (shift) return shift[1] ? "sub" : "sup";
    if (style.position === "relative") {
      for (const [side, upward] of [["top", "-"], ["bottom", ""]]) {
        const moved = (style[side] || "").match(MOVED);
        if (moved) return moved[1] === upward ? "sup" : "sub";
      }
    }
    return null;
  };

  // The marks of what stands in an element: what it is called, then what its style says.
  const marked = (node, style, marks) => {
    const name = nameOf(node), own = classes(node), inner = { ...marks };
    if (["b", "strong"].includes(name) && !attribute(node, "id").startsWith("docs-internal-guid")) inner.bold = true;
    if (["i", "em", "cite", "var", "dfn"].includes(name)) inner.italic = true;
    if (["s", "strike", "del"].includes(name)) inner.strike = true;
    if (["sup", "sub"].includes(name)) inner.script = name;
    else if (own.some((one) => UP.has(one))) inner.script = "sup";
    else if (own.includes("subscript")) inner.script = "sub";
    if (name === "a" && node.hasAttribute("href")) {
      inner.href = realAddress(attribute(node, "href"));
      inner.title = inner.href ? attribute(node, "title") : "";
    }
    const weight = style["font-weight"] || "";
    if (WEIGHT.test(weight)) inner.bold = true;
    else if (/^(?:normal|lighter|[1-5]00)$/.test(weight)) inner.bold = false;
    if (style["font-style"]) inner.italic = /^(?:italic|oblique)/.test(style["font-style"]);
    if (`${style["text-decoration"]} ${style["text-decoration-line"]}`.includes("line-through")) inner.strike = true;
    if (!NO_SCRIPT.has(name)) {
      const script = scriptOf(style);
      if (script !== null) inner.script = script;
    }
    let family = style["font-family"] || style["mso-symbol-font-family"] || attribute(node, "face").toLowerCase();
    if (style["mso-char-type"] === "symbol" && style["mso-symbol-font-family"]) family = style["mso-symbol-font-family"];
    if (family) {
      const first = family.split(",")[0].replace(/^[ '"]+|[ '"]+$/g, "");
      inner.font = first in FONTS ? first : "";
    }
    return inner;
  };

  // Runs with single blanks, none at either end, and those that stand alike in one.
  const tidy = (runs) => {
    const text = runs.map(([words]) => words).join("");
    const found = [], joined = [];
    let place = 0, blank = true;
    for (const [words, marks] of runs) {
      let kept = "";
      for (let sign of words.split("")) {
        const before = text[place - 1] || "", after = text[place + 1] || "";
        place += 1;
        if ("\u00ad\u200b\ufeff".includes(sign)) continue;
        if (sign === "\xa0" && !(/\p{Nd}/u.test(before) && /[\p{L}\p{N}_%°µ]/u.test(after))) sign = " ";
        if (sign === " " || sign === "\t") {
          if (!blank) kept += " ";
          blank = true;
        } else {
          kept += sign;
          blank = sign === "\n";
        }
      }
      if (kept) found.push([kept, { ...marks, font: "" }]);
    }
    const trim = (end, cut) => {
      while (found.length) {
        const run = end ? found[found.length - 1] : found[0];
        run[0] = run[0].replace(cut, "");
        if (run[0]) break;
        if (end) found.pop(); else found.shift();
      }
    };
    trim(true, /[ \n]+$/);
    trim(false, /^[ \n]+/);
    for (const [words, marks] of found) {
      const last = joined[joined.length - 1];
      if (last && ALIKE.every((name) => last[1][name] === marks[name])) last[0] += words;
      else joined.push([words, marks]);
    }
    return joined;
  };

  const inline = (runs) => runs.map(([words, marks]) => {
    let html = words.split(/ ?\n ?/).map(escape).join("<br>");
    if (!words.replace(/ /g, "")) return html;
    for (const [name, wanted] of [[marks.script, marks.script], ["s", marks.strike], ["em", marks.italic], ["strong", marks.bold]]) {
      if (wanted) html = `<${name}>${html}</${name}>`;
    }
    if (marks.href) html = `<a href="${quoted(marks.href)}"${marks.title ? ` title="${quoted(marks.title)}"` : ""}>${html}</a>`;
    return html;
  }).join("");

  // One list that begins at `place`, with all that stands deeper in it, and where it ends.
  const buildList = (items, start) => {
    const first = items[start], points = [];
    let expected = first.number, place = start;
    while (place < items.length) {
      const item = items[place];
      if (item.kind === "more" && item.level >= first.level) {
        points[points.length - 1] += `<p>${inline(item.runs)}</p>`;
        place += 1;
      } else if (item.level > first.level) {
        const [made, end] = buildList(items, place);
        points[points.length - 1] += made;
        place = end;
      } else if (item.kind === "more" || item.level < first.level || item.number !== expected || item.style !== first.style) {
        break;
      } else {
        points.push(`<p>${inline(item.runs)}</p>`);
        if (expected !== null) expected += 1;
        place += 1;
      }
    }
    const body = points.map((point) => `<li>${point}</li>`).join("");
    if (first.number === null) return [`<ul>${body}</ul>`, place];
    const from = first.number !== 1 ? ` start="${first.number}"` : "", kind = first.style ? ` type="${first.style}"` : "";
    return [`<ol${from}${kind}>${body}</ol>`, place];
  };
  const buildLists = (items) => {
    let out = "", place = 0;
    while (place < items.length) {
      if (items[place].kind === "more") {
        out += `<p>${inline(items[place].runs)}</p>`;
        place += 1;
      } else {
        const [made, end] = buildList(items, place);
        out += made;
        place = end;
      }
    }
    return out;
  };
  const isItem = (block) => block.kind === "item" || block.kind === "more";
  const build = (blocks) => {
    let out = "", place = 0;
    while (place < blocks.length) {
      const block = blocks[place];
      const alike = block.quoted ? (one) => one.quoted : isItem(block) ? (one) => isItem(one) && !one.quoted : null;
      let end = place + 1;
      if (alike) while (end < blocks.length && alike(blocks[end])) end += 1;
      const part = blocks.slice(place, end);
      if (block.quoted) out += `<blockquote>${build(part.map((one) => ({ ...one, quoted: false })))}</blockquote>`;
      else if (isItem(block)) out += buildLists(part);
      else out += block.html || `<${block.kind}>${inline(block.runs)}</${block.kind}>`;
      place = end;
    }
    return out;
  };

  const rowsOf = (table) => [...table.children].filter((part) => !isSkipped(part, styleOf(part))).flatMap((part) => {
    if (nameOf(part) === "tr") {
      return [[...part.children].filter((cell) => ["td", "th"].includes(nameOf(cell)) && !isSkipped(cell, styleOf(cell)))
        .map((cell) => [nameOf(cell), cell])];
    }
    if (!["tbody", "thead", "tfoot"].includes(nameOf(part))) return [];
    return rowsOf(part).map((row) => row.map(([name, cell]) => [nameOf(part) === "thead" ? "th" : name, cell]));
  });

  const wordsOf = (runs) => runs.map(([words]) => words).join("");
  // Runs without their first letters.
  const without = (runs, count) => runs.flatMap(([words, marks]) => {
    const cut = Math.min(count, words.length);
    count -= cut;
    return words.length > cut ? [[words.slice(cut), marks]] : [];
  });
  // A paragraph whose lines begin with bullets, as one block for each line.
  const withTypedBullets = (block) => {
    const lines = [[]], blocks = [];
    for (const [words, marks] of block.runs) {
      words.split("\n").forEach((line, place) => {
        if (place) lines.push([]);
        lines[lines.length - 1].push([line, marks]);
      });
    }
    const tidied = lines.map(tidy).filter((line) => line.length);
    if (!tidied.some((line) => TYPED_BULLET.test(wordsOf(line)))) return [block];
    for (const line of tidied) {
      if (TYPED_BULLET.test(wordsOf(line))) {
        const level = wordsOf(line).startsWith("◦") && blocks.length && blocks[blocks.length - 1].kind === "item" ? 2 : 1;
        blocks.push({ kind: "item", runs: without(line, 2), quoted: block.quoted, level, number: null, style: "" });
      } else blocks.push({ kind: "p", runs: line, quoted: block.quoted });
    }
    return blocks;
  };
  // Whether a marker says something ("Step 1:") and is no letter of a font of signs.
  const isWords = (marker) => /[\p{L}\p{N}]/u.test(marker) && (marker.length > 1 || marker > "\u024f");
  // The two parts of what chemists write above each other, as in the formula of a sulphate.
  const stacked = (node, style) => {
    if (nameOf(node) !== "span" || style.display !== "inline-block" || !scriptOf(style)) return null;
    const parts = [...node.children].filter((part) => nameOf(part) !== "br");
    return parts.length === 2 && node.textContent.trim() === parts.map((part) => part.textContent).join("").trim() ? parts : null;
  };
  // The level, from 1, that an editor without nested lists writes on its items; a list has it as well.
  const indentOf = (node) => {
    const indented = classes(node).filter((name) => name.startsWith("ql-indent-")).pop();
    const given = indented ? indented.slice(10) : attribute(node, "data-indent") || attribute(node, "data-stringify-indent");
    return /^[0-8]$/.test(given) ? Number(given) + 1 : null;
  };
  // Whether items are numbered, and how, as a list or an item says it itself.
  const numbering = (node, isOrdered, kind) => {
    const listed = attribute(node, "data-list"), style = styleOf(node)["list-style-type"] || "";
    if (["bullet", "ordered"].includes(listed)) isOrdered = listed === "ordered";
    if (["a", "A", "i", "I"].includes(attribute(node, "type"))) kind = attribute(node, "type");
    if (Object.hasOwn(LIST_STYLES, style)) [isOrdered, kind] = [true, LIST_STYLES[style] || kind];
    else if (["disc", "circle", "square"].includes(style)) isOrdered = false;
    return [isOrdered, isOrdered ? kind : ""];
  };

  const DEEPEST = 60; // what is nested deeper loses its looks, never its words

  class Reader {
    constructor(options, inCell = false) {
      Object.assign(this, { options, inCell, blocks: [], runs: [], kind: "p", quoted: 0, lists: [], item: null,
        inItem: false, marker: null, numbers: new Map(), depth: 0,
        level: 0, keepsLines: false, isComment: false });
    }
    read(node, marks) {
      for (const child of node.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) this.text(child.data, marks);
        else if (child.nodeType === Node.ELEMENT_NODE) this.element(child, marks);
      }
    }
    text(words, marks) {
      const map = FONTS[marks.font];
      const readable = words.split("").map((sign) => {
        if (map) return map.get(base(sign)) || base(sign);
        return isPrivate(sign) ? FONTS.symbol.get(base(sign)) || sign : sign;
      }).join("");
      const plain = readable.replace(/\r\n?/g, "\n");
      this.lines(this.keepsLines && plain.trim() ? plain : plain.replace(/\n/g, " "), marks);
    }
    lines(words, marks) {
      words.split("\n").forEach((line, place) => {
        if (place) this.runs.push(["\n", marks]);
        this.runs.push([line, marks]);
      });
    }
    element(node, marks) {
      this.depth += 1;
      if (this.depth > DEEPEST) this.text(node.textContent, marks);
      else this.shallow(node, marks);
      this.depth -= 1;
    }
    shallow(node, marks) {
      const style = styleOf(node), outside = this.keepsLines;
      if (isSkipped(node, style)) return;
      const white = style["white-space-collapse"] || style["white-space"];
      if (white) this.keepsLines = /^(?:pre|break-spaces)/.test(white);
      this.shown(node, style, marks);
      this.keepsLines = outside;
    }
    shown(node, style, marks) {
      const name = nameOf(node), href = attribute(node, "href");
      if (name === "img") {
        this.runs.push([EMOJI.test(attribute(node, "alt")) ? attribute(node, "alt") : "", marks]);
        return;
      }
      if (name === "a" && this.kind.startsWith("h") && href.includes("#") && ["#", "¶", "§", "🔗"].includes(node.textContent.trim())) {
        return; // a heading's link to itself
      }
      if (name === "a" && href.startsWith("#cmnt")) { // Google Docs puts comments below the text
        this.isComment ||= href.startsWith("#cmnt_ref");
        return;
      }
      if (style["mso-list"] === "ignore") {
        this.marker = (this.marker || "") + node.textContent;
        return;
      }
      const inner = marked(node, style, marks);
      if (name === "br") {
        if (style["page-break-before"] !== "always" && !inner.script) this.runs.push(["\n", inner]);
      } else if (name === "table") {
        this.flush();
        this.table(node);
      } else if (name === "ul" || name === "ol") this.list(node, inner);
      else if (name === "li") this.listItem(node, inner);
      else if (BLOCKS.has(name)) this.block(node, style, inner);
      else if (name === "a" && attribute(node, "href").startsWith("#") && FOOTNOTE.test(node.textContent)) {
        const starts = !wordsOf(this.runs).trim();
        this.runs.push([node.textContent.trim(), { ...inner, script: "sup", href: "", title: "" }]);
        if (starts) this.runs.push([" ", marks]);
      } else if (Object.hasOwn(EQUATION_PARTS, name)) this.equation(node, inner);
      else if (stacked(node, style)) {
        stacked(node, style).forEach((part, place) => this.element(part, { ...marks, script: place ? "sub" : "sup" }));
      } else if (name === "q") {
        this.runs.push(["“", inner]);
        this.read(node, inner);
        this.runs.push(["”", inner]);
      } else this.read(node, inner);
    }
    // A fraction, a root, brackets, or what stands above and below.
    equation(node, marks) {
      const name = nameOf(node), kind = EQUATION_PARTS[name], isOffice = name.startsWith("m:");
      const parts = [...node.children].filter((part) => isOffice ? OFFICE_PARTS.has(nameOf(part)) : !SKIPPED.has(nameOf(part)));
      if (kind === "fraction") {
        if (/\p{Nd}$/u.test(wordsOf(this.runs))) this.runs.push([" ", marks]); // 1 1/2
        parts.forEach((part, place) => this.runs.push(...place ? [["/", marks]] : [], ...this.grouped([part], marks)));
      } else if (kind === "root") {
        this.runs.push(["√", marks], ...this.grouped(name === "mroot" ? parts.slice(0, 1) : parts, marks));
      } else if (kind === "brackets") {
        this.runs.push(["(", marks]);
        for (const part of parts) this.element(part, marks);
        this.runs.push([")", marks]);
      } else {
        parts.slice(0, kind.length + 1).forEach((part, place) => {
          const accent = name === "mover" && place ? ACCENTS[part.textContent.trim()] : null;
          if (accent) this.runs.push([accent, marks]);
          else this.element(part, place ? { ...marks, script: kind[place - 1] } : marks);
        });
      }
    }
    // The runs of a part of an equation, in brackets unless it is one number or word.
    grouped(parts, marks) {
      const outside = this.runs;
      this.runs = [];
      for (const part of parts) this.element(part, marks);
      const inner = this.runs;
      this.runs = outside;
      return /^\s*[\p{L}\p{N}_]+\s*$/u.test(wordsOf(inner)) ? inner : [["(", marks], ...inner, [")", marks]];
    }
    list(node, marks) {
      this.flush();
      const start = attribute(node, "start"), [ordered, type] = numbering(node, nameOf(node) === "ol", "");
      this.lists.push({ ordered, next: /^\d{1,6}$/.test(start) ? Number(start) : 1, type, indent: indentOf(node) });
      const wasInItem = this.inItem, level = this.level;
      this.read(node, marks);
      this.flush();
      this.lists.pop();
      this.item = null;
      [this.inItem, this.level] = [wasInItem, level];
    }
    listItem(node, marks) {
      this.flush();
      const isLoose = !this.lists.length;
      if (isLoose) this.lists.push({ ordered: false, next: 1, type: "", indent: null });
      const current = this.lists[this.lists.length - 1];
      const given = attribute(node, "data-aria-level") || attribute(node, "aria-level");
      const level = /^[1-9]$/.test(given) ? Number(given) : indentOf(node) || current.indent || this.lists.length;
      const [ordered, style] = numbering(node, current.ordered, current.type);
      let number = null;
      if (ordered) {
        const value = attribute(node, "value");
        number = /^\d{1,6}$/.test(value) ? Number(value) : current.next;
        current.next = number + 1;
      }
      this.item = { kind: "item", level, number, style };
      [this.inItem, this.level] = [true, level];
      this.read(node, marks);
      this.flush();
      this.item = null;
      this.inItem = false;
      if (isLoose) this.lists.pop();
    }
    block(node, style, marks) {
      this.flush();
      const name = nameOf(node), own = classes(node), outside = [this.kind, this.quoted, this.inItem];
      this.kind = this.heading(node, style) || (["p", "pre"].includes(name) ? "p" : this.kind);
      if (name === "blockquote" || own.includes("msoquote") || own.includes("msointensequote")) this.quoted += 1;
      const listed = (style["mso-list"] || "").match(/^l?(\d+)\s+level(\d)/);
      const isListed = listed || own.some((one) => one.startsWith("msolistparagraph"));
      this.marker = null;
      if (name === "pre") this.lines(node.textContent.replace(/^\n+|\n+$/g, ""), marks);
      else this.read(node, name === "dt" ? { ...marks, bold: true } : marks);
      if (isListed && this.runs.length && !this.kind.startsWith("h")) {
        this.wordItem(listed ? Number(listed[2]) : 1, Boolean(listed));
        if (!this.item && own.some((one) => /cxsp(?:middle|last)/.test(one))) this.goOn();
      }
      else if (this.marker && this.kind.startsWith("h")) this.runs.unshift([`${this.marker.replace(/^[ \xa0\t]+|[ \xa0\t]+$/g, "")} `, marks]);
      this.flush();
      [this.kind, this.quoted] = outside;
      if (!outside[2]) {
        this.item = null;
        this.inItem = false;
      }
    }
    // A further paragraph of the item before, which Word indents and does not mark.
    goOn() {
      const last = this.blocks[this.blocks.length - 1];
      if (last && isItem(last)) [this.inItem, this.level] = [true, last.level];
    }
    // "h2" or "h3" for what is a heading, whatever it is called.
    heading(node, style) {
      const name = nameOf(node), own = classes(node);
      let level = "";
      if (/^h[1-6]$/.test(name)) level = name[1];
      else if (attribute(node, "role") === "heading") level = node.hasAttribute("aria-level") ? attribute(node, "aria-level") : "2";
      else if (/^\d+$/.test(style["mso-outline-level"] || "")) level = style["mso-outline-level"];
      else if (own.includes("msotitle") || (name === "p" && own.includes("title"))) level = "1";
      else if (own.includes("msosubtitle") || (name === "p" && own.includes("subtitle"))) level = "3";
      return level ? (level === "1" || level === "2" ? "h2" : "h3") : "";
    }
    // A paragraph of Word that is an item: by its marker, which Word wrote as text.
    wordItem(level, isCertain) {
      const raw = wordsOf(this.runs), bare = raw.replace(/^[ \xa0]+/, "");
      let marker = this.marker;
      if (marker === null) {
        const found = bare.match(BULLET) || bare.match(TYPED_NUMBER);
        if (!found && !isCertain) return;
        marker = found ? found[0] : "·";
        if (found) this.runs = without(this.runs, raw.length - bare.length + found[0].length);
      }
      marker = marker.replace(/^[ \xa0\t\n\r]+|[ \xa0\t\n\r]+$/g, "");
      const [number, style] = this.number(marker, level);
      if (number === null && isWords(marker)) this.runs.unshift([`${marker} `, (this.runs[0] || [])[1] || NONE]);
      this.item = { kind: "item", level, number, style };
      [this.inItem, this.level] = [true, level];
    }
    // The number of a marker such as 3. or (iv), and how it is written; null for a bullet.
    number(marker, level) {
      for (const known of [...this.numbers.keys()]) if (known > level) this.numbers.delete(known);
      const found = marker.match(NUMBER);
      if (!found || (marker.length === 1 && !/\d/.test(marker))) {
        this.numbers.delete(level);
        return [null, ""];
      }
      const counter = found[1], lower = counter.toLowerCase(), last = this.numbers.get(level) || [0, ""];
      let number, style;
      if (/^\d+$/.test(counter)) [number, style] = [Number(counter), ""];
      else {
        const letter = lower.length === 1 ? lower.charCodeAt(0) - 96 : null;
        const goesOn = ["a", "A"].includes(last[1]) && letter === last[0] + 1;
        if (ROMAN.test(lower) && !goesOn) [number, style] = [roman(lower), "i"];
        else if (letter) [number, style] = [letter, "a"];
        else {
          this.numbers.delete(level);
          return [null, ""];
        }
        if (counter === counter.toUpperCase()) style = style.toUpperCase();
      }
      this.numbers.set(level, [number, style]);
      return [number, style];
    }
    // End a paragraph.
    flush() {
      const runs = this.isComment ? [] : tidy(this.runs), isQuoted = Boolean(this.quoted) && this.options.quotes;
      this.runs = [];
      this.isComment = false;
      if (!runs.length) return;
      this.marker = null;
      let block;
      if (this.item) {
        const hasBullet = this.item.number === null && TYPED_BULLET.test(wordsOf(runs));
        block = { ...this.item, runs: hasBullet ? without(runs, 2) : runs, quoted: isQuoted };
        this.item = null;
      } else if (this.inItem) block = { kind: "more", runs, quoted: isQuoted, level: this.level };
      else if (this.kind.startsWith("h")) {
        const asHeading = this.options.headings && !this.inCell;
        const plain = runs.map(([words, marks]) => [words, { ...marks, bold: !asHeading }]);
        block = asHeading ? { kind: this.kind, runs: plain } : { kind: "p", runs: plain, quoted: isQuoted };
      } else {
        this.blocks.push(...withTypedBullets({ kind: "p", runs, quoted: isQuoted }));
        return;
      }
      this.blocks.push(block);
    }
    table(node) {
      const rows = rowsOf(node).filter((row) => row.length);
      for (const caption of node.children) if (nameOf(caption) === "caption") this.element(caption, NONE);
      const showsTables = this.options.tables && !this.inCell;
      if (rows.length === 1 && rows[0].length === 1) {
        this.read(rows[0][0][1], NONE);
        this.flush();
      } else if (!showsTables) {
        for (const row of rows) {
          row.forEach(([, cell], place) => {
            if (place) this.runs.push([" | ", NONE]);
            this.readFlat(cell);
          });
          this.flush();
        }
      } else if (rows.length) {
        const lines = rows.map((row) => `<tr>${row.map(([name, cell]) => this.cell(name, cell)).join("")}</tr>`).join("");
        this.blocks.push({ kind: "html", html: `<table><tbody>${lines}</tbody></table>` });
      }
    }
    readFlat(cell) {
      const inner = new Reader({ tables: false, headings: false, quotes: false }, true);
      inner.read(cell, NONE);
      inner.flush();
      inner.blocks.forEach((block, place) => {
        if (place) this.runs.push([" ", NONE]);
        this.runs.push(...block.runs);
      });
    }
    cell(name, node) {
      const inner = new Reader({ ...this.options, tables: false, headings: false }, true);
      inner.read(node, marked(node, styleOf(node), NONE));
      inner.flush();
      if (name === "th") {
        for (const block of inner.blocks) block.runs = block.runs.map(([words, marks]) => [words, { ...marks, bold: false }]);
      }
      const spans = ["colspan", "rowspan"].filter((side) => /^[1-9]\d?$/.test(attribute(node, side)) && attribute(node, side) !== "1")
        .map((side) => ` ${side}="${attribute(node, side)}"`).join("");
      return `<${name}${spans}>${build(inner.blocks) || "<p></p>"}</${name}>`;
    }
  }

  const TAG = /<[a-z](?:[^"'>]|"[^"]*"|'[^']*')*>/gi;
  const withoutStyles = (html) => html.replace(/<(\/?)style(?=[\s>])/gi, "<$1template").replace(TAG, (tag) =>
    tag.replace(/\son\w+\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, "").replace(/(\s)style(\s*=)/gi, "$1data-style$2"));
  const fromElsewhere = (html, options) => {
    // Word's equations stand in a comment, beside a picture of them.
    const withEquations = html.replace(/<!--\[if gte msEquation[^\]]*\]>([\s\S]*?)<!\[endif\]-->/gi, "$1");
    const page = new DOMParser().parseFromString(withoutStyles(withEquations), "text/html");
    equations = new WeakSet();
    prepare(page.body, rulesOf(html));
    const reader = new Reader(options);
    reader.read(page.body, NONE);
    reader.flush();
    return build(reader.blocks);
  };
  // What the editor at hand may hold.
  const optionsOf = (target) => {
    const field = target.closest(".prose-editor")?.querySelector("textarea[data-django-prose-editor-configurable]");
    const { extensions = {} } = field ? JSON.parse(field.dataset.djangoProseEditorConfigurable) : {};
    return { tables: "Table" in extensions, headings: "Heading" in extensions, quotes: "Blockquote" in extensions };
  };

  // What our editors write into the clipboard themselves; others of their kind have more.
  const OWN = new Set(("html head body meta p h2 h3 ul ol li strong em s sub sup a br blockquote table colgroup col tbody tr td "
    + "th").split(" "));
  const isOwn = (html) => {
    if (!html.includes("data-pm-slice")) return false;
    const page = new DOMParser().parseFromString(withoutStyles(html), "text/html");
    return page.querySelector("[data-pm-slice]") && [...page.querySelectorAll("*")].every((node) => OWN.has(nameOf(node)));
  };
  // The editor would read *, _ and ~ in a paste as marks, and take them away; it doesn't where it sees this.
  const AS_IT_STANDS = "<!--data-pm-slice-->";
  const MARKS = /[*_~]/;
  const LINE_WITH_BULLET = /^\s*[•▪‣◦●■·⁃][ \xa0\t]/m;
  const read = (html, text, target) => {
    if (html && isOwn(html)) return withoutStyles(html);
    const words = html ? new DOMParser().parseFromString(withoutStyles(html), "text/html").body.textContent : text;
    const hasMarks = MARKS.test(words.replace(/https?:\S+/g, "")); // an address alone becomes a link
    if (!html && !hasMarks && !LINE_WITH_BULLET.test(text)) return "";
    const source = html || text.split(/[\r\n]+/).map((line) => `<p>${escape(line)}</p>`).join("");
    return (hasMarks ? AS_IT_STANDS : "") + fromElsewhere(source, optionsOf(target));
  };

  let cleaned = null;
  const clean = (event) => {
    const isDrop = event.type === "drop", data = isDrop ? event.dataTransfer : event.clipboardData;
    if (event === cleaned || !data || !event.target.closest || !event.target.closest(".ProseMirror")) return;
    const given = data.getData("text/html"), text = data.getData("text/plain");
    if (isDrop && (!given || isOwn(given))) return; // what is dragged within the editor, it moves
    const html = read(given, text, event.target);
    if (!html && !given) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const handed = new DataTransfer(), how = { bubbles: true, cancelable: true };
    handed.setData("text/html", html);
    handed.setData("text/plain", text);
    cleaned = isDrop
      ? new DragEvent("drop", { ...how, dataTransfer: handed, clientX: event.clientX, clientY: event.clientY })
      : new ClipboardEvent("paste", { ...how, clipboardData: handed });
    event.target.dispatchEvent(cleaned);
  };
  document.addEventListener("paste", clean, true);
  document.addEventListener("drop", clean, true);
})();
