// Text pasted from Word, Google Docs, LibreOffice, Pages or the web, in our editor's own markup before it reads it.
// The same, step by step, as articles/pasted.py does with what is posted; tests/articles/pastes.py holds what both
// must give. The page's policy forbids inline styles, so the editor itself could not read them.
(() => {
  const BLOCKS = new Set(("address article aside blockquote body caption center dd details div dl dt fieldset figcaption "
    + "figure footer form h1 h2 h3 h4 h5 h6 header hr html main nav p pre section summary").split(" "));
  const SKIPPED = new Set(("annotation annotation-xml audio button canvas del head iframe img input link m:ctrlpr m:fpr "
    + "m:rpr m:ssubpr m:ssuppr meta noscript object script select style svg template textarea title video xml").split(" "));
  const NO_SCRIPT = new Set([...BLOCKS, "td", "th", "tr", "table", "li", "ul", "ol"]);
  const BULLET = /^(?:[·•▪‣◦●○■□➢✓§–-]|o(?=[ \xa0\t]{2,}))[ \xa0\t]+/;
  const NUMBER = /^\(?(?:\d+\.)*(\d{1,4}|[a-z]{1,6})[.)]/i;
  const TYPED_NUMBER = /^\(?(?:\d+\.)*(?:\d{1,4}|[a-z]{1,4})[.)][ \xa0\t]{2,}/i;
  const FOOTNOTE = /^\s*(?:\[?[\divxlc]{1,5}\]?|[*†‡§¶]{1,3})\s*$/i;
  const ROMAN = /^m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})$/;
  const ROMAN_VALUES = { i: 1, v: 5, x: 10, l: 50, c: 100, d: 500, m: 1000 };
  const DELETED = /^(?:msodel|msocom\w*|msocommentreference|trackchange\w*delet\w*)$/;
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
  ];
  const NONE = { bold: false, italic: false, strike: false, script: "", href: "", title: "", font: "" };
  const ALIKE = Object.keys(NONE);
  const nameOf = (node) => node.localName.toLowerCase();
  const attribute = (node, name) => node.getAttribute(name) || "";
  const classes = (node) => attribute(node, "class").toLowerCase().split(/\s+/).filter(Boolean);
  const styleOf = (node) => Object.fromEntries(attribute(node, "data-style").toLowerCase().split(";").map((part) => {
    const place = part.indexOf(":");
    return place < 0 ? [part.trim(), ""] : [part.slice(0, place).trim(), part.slice(place + 1).replace("!important", "").trim()];
  }));
  const escape = (words) => words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const quoted = (words) => escape(words).replace(/"/g, "&quot;").replace(/'/g, "&#x27;");
  const isPrivate = (sign) => sign >= "\uf000" && sign <= "\uf0ff";
  const base = (sign) => isPrivate(sign) ? String.fromCharCode(sign.charCodeAt(0) - 0xf000) : sign;
  const roman = (lower) => {
    const values = [...lower].map((sign) => ROMAN_VALUES[sign]);
    return values.reduce((sum, one, place) => sum + (one < (values[place + 1] || 0) ? -one : one), 0);
  };

  const realAddress = (given) => {
    let href = given.trim();
    for (let turn = 0; turn < 3; turn += 1) {
      const scheme = (href.match(/^([a-z][a-z0-9+.-]*):/i) || ["", ""])[1].toLowerCase();
      if (!["", "http", "https", "mailto"].includes(scheme) || href.startsWith("#")) return "";
      if (!scheme.startsWith("http")) return href;
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

  const isSkipped = (node, style) =>
    SKIPPED.has(nameOf(node)) || style.display === "none" || style.visibility === "hidden" || style["mso-hide"] === "all"
    || (style["mso-element"] || "").startsWith("comment") || classes(node).some((name) => DELETED.test(name));

  const scriptOf = (style) => {
    const align = style["vertical-align"] || "", raised = style["mso-text-raise"] || "";
    if (align === "super") return "sup";
    if (align === "sub") return "sub";
    if (align === "baseline") return "";
    const shift = align.match(/^(-?)[\d.]*[1-9]/) || raised.match(/^(-?)[\d.]*[1-9]/);
    return shift ? (shift[1] ? "sub" : "sup") : null;
  };

  // The marks of what stands in an element: what it is called, then what its style says.
  const marked = (node, style, marks) => {
    const name = nameOf(node), own = classes(node), inner = { ...marks };
    if (["b", "strong"].includes(name) && !attribute(node, "id").startsWith("docs-internal-guid")) inner.bold = true;
    if (["i", "em", "cite", "var", "dfn"].includes(name)) inner.italic = true;
    if (["s", "strike"].includes(name)) inner.strike = true;
    if (["sup", "sub"].includes(name)) inner.script = name;
    else if (own.some((one) => UP.has(one))) inner.script = "sup";
    else if (own.includes("subscript")) inner.script = "sub";
    if (name === "a" && node.hasAttribute("href")) {
      inner.href = realAddress(attribute(node, "href"));
      inner.title = inner.href ? attribute(node, "title") : "";
    }
    const weight = style["font-weight"] || "";
    if (/^(?:bold|bolder|[6-9]00)$/.test(weight)) inner.bold = true;
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
      if (item.kind === "more") {
        points[points.length - 1] += `<p>${inline(item.runs)}</p>`;
        place += 1;
      } else if (item.level > first.level) {
        const [made, end] = buildList(items, place);
        points[points.length - 1] += made;
        place = end;
      } else if (item.level < first.level || item.number !== expected || item.style !== first.style) {
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
      const alike = isItem(block) ? isItem : block.quoted ? (one) => one.quoted && !isItem(one) : null;
      let end = place + 1;
      if (alike) while (end < blocks.length && alike(blocks[end])) end += 1;
      const part = blocks.slice(place, end);
      if (isItem(block)) out += buildLists(part);
      else if (block.quoted) out += `<blockquote>${part.map((row) => `<p>${inline(row.runs)}</p>`).join("")}</blockquote>`;
      else out += block.html || `<${block.kind}>${inline(block.runs)}</${block.kind}>`;
      place = end;
    }
    return out;
  };

  const rowsOf = (table) => [...table.children].flatMap((part) => {
    if (nameOf(part) === "tr") {
      return [[...part.children].filter((cell) => ["td", "th"].includes(nameOf(cell))).map((cell) => [nameOf(cell), cell])];
    }
    if (!["tbody", "thead", "tfoot"].includes(nameOf(part))) return [];
    return rowsOf(part).map((row) => row.map(([name, cell]) => [nameOf(part) === "thead" ? "th" : name, cell]));
  });

  const DEEPEST = 60; // what is nested deeper loses its looks, never its words

  class Reader {
    constructor(options, inCell = false) {
      Object.assign(this, { options, inCell, blocks: [], runs: [], kind: "p", quoted: 0, lists: [], item: null,
        inItem: false, marker: null, numbers: new Map(), depth: 0 });
    }
    read(node, marks) {
      for (const child of node.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) this.text(child.data, marks);
        else if (child.nodeType === Node.ELEMENT_NODE) this.element(child, marks);
      }
    }
    text(words, marks) {
      const map = FONTS[marks.font];
      const told = words.split("").map((sign) => {
        if (map) return map.get(base(sign)) || base(sign);
        return isPrivate(sign) ? FONTS.symbol.get(base(sign)) || sign : sign;
      }).join("");
      this.runs.push([told.replace(/[\n\r]/g, " "), marks]);
    }
    element(node, marks) {
      this.depth += 1;
      if (this.depth > DEEPEST) this.text(node.textContent, marks);
      else this.shallow(node, marks);
      this.depth -= 1;
    }
    shallow(node, marks) {
      const name = nameOf(node), style = styleOf(node);
      if (isSkipped(node, style)) return;
      if (style["mso-list"] === "ignore") {
        this.marker = (this.marker || "") + node.textContent;
        return;
      }
      const inner = marked(node, style, marks);
      if (name === "br") {
        if (style["page-break-before"] !== "always") this.runs.push(["\n", inner]);
      } else if (name === "table") {
        this.flush();
        this.table(node);
      } else if (name === "ul" || name === "ol") this.list(node, inner);
      else if (name === "li") this.listItem(node, inner);
      else if (BLOCKS.has(name)) this.block(node, style, inner);
      else if (name === "a" && attribute(node, "href").startsWith("#") && FOOTNOTE.test(node.textContent)) {
        const starts = !this.runs.map(([words]) => words).join("").trim();
        this.runs.push([node.textContent.trim(), { ...inner, script: "sup", href: "", title: "" }]);
        if (starts) this.runs.push([" ", marks]);
      } else if (name === "mfrac" || name === "m:f") this.fraction(node, inner);
      else if (["msup", "msub", "m:ssup", "m:ssub"].includes(name)) {
        const parts = [...node.children].filter((part) => !SKIPPED.has(nameOf(part))), top = parts.pop();
        for (const part of parts) this.element(part, inner);
        if (top) this.element(top, { ...inner, script: name.slice(-3) });
      } else if (name === "q") {
        this.runs.push(["“", inner]);
        this.read(node, inner);
        this.runs.push(["”", inner]);
      } else this.read(node, inner);
    }
    fraction(node, marks) {
      [...node.children].filter((part) => !SKIPPED.has(nameOf(part))).forEach((part, place) => {
        const words = part.textContent.trim();
        if (place) this.runs.push(["/", marks]);
        this.runs.push([/^[\p{L}\p{N}_]+$/u.test(words) ? words : `(${words})`, marks]);
      });
    }
    list(node, marks) {
      this.flush();
      const start = attribute(node, "start"), type = attribute(node, "type");
      this.lists.push({ ordered: nameOf(node) === "ol", next: /^\d{1,6}$/.test(start) ? Number(start) : 1,
        type: ["a", "A", "i", "I"].includes(type) ? type : "" });
      const wasInItem = this.inItem;
      this.read(node, marks);
      this.flush();
      this.lists.pop();
      this.item = null;
      this.inItem = wasInItem;
    }
    listItem(node, marks) {
      this.flush();
      const told = this.lists[this.lists.length - 1] || { ordered: false, next: 1, type: "" };
      const given = attribute(node, "data-aria-level") || attribute(node, "aria-level");
      const level = /^[1-9]$/.test(given) ? Number(given) : Math.max(this.lists.length, 1);
      let number = null;
      if (told.ordered) {
        const value = attribute(node, "value");
        number = /^\d{1,6}$/.test(value) ? Number(value) : told.next;
        told.next = number + 1;
      }
      this.item = { kind: "item", level, number, style: told.type };
      this.inItem = true;
      this.read(node, marks);
      this.flush();
      this.item = null;
      this.inItem = false;
    }
    block(node, style, marks) {
      this.flush();
      const name = nameOf(node), own = classes(node), outside = [this.kind, this.quoted, this.inItem];
      this.kind = this.heading(node, style) || (["p", "pre"].includes(name) ? "p" : this.kind);
      if (name === "blockquote" || own.includes("msoquote") || own.includes("msointensequote")) this.quoted += 1;
      const listed = (style["mso-list"] || "").match(/^l?(\d+)\s+level(\d)/);
      const isListed = listed || own.some((one) => one.startsWith("msolistparagraph"));
      this.marker = null;
      if (name === "pre") this.preformatted(node, marks);
      else this.read(node, name === "dt" ? { ...marks, bold: true } : marks);
      if (isListed && this.runs.length && !this.kind.startsWith("h")) this.wordItem(listed ? Number(listed[2]) : 1, Boolean(listed));
      else if (this.marker && this.kind.startsWith("h")) this.runs.unshift([`${this.marker.replace(/^[ \xa0\t]+|[ \xa0\t]+$/g, "")} `, marks]);
      this.flush();
      [this.kind, this.quoted] = outside;
      if (!outside[2]) {
        this.item = null;
        this.inItem = false;
      }
    }
    preformatted(node, marks) {
      node.textContent.replace(/^\n+|\n+$/g, "").split("\n").forEach((line, place) => {
        if (place) this.runs.push(["\n", marks]);
        this.runs.push([line, marks]);
      });
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
      const raw = this.runs.map(([words]) => words).join(""), bare = raw.replace(/^[ \xa0]+/, "");
      let marker = this.marker;
      if (marker === null) {
        const found = bare.match(BULLET) || bare.match(TYPED_NUMBER);
        if (!found && !isCertain) return;
        marker = found ? found[0] : "·";
        if (found) this.cut(raw.length - bare.length + found[0].length);
      }
      const [number, style] = this.number(marker.replace(/^[ \xa0\t\n\r]+|[ \xa0\t\n\r]+$/g, ""), level);
      this.item = { kind: "item", level, number, style };
      this.inItem = true;
    }
    cut(count) {
      while (count && this.runs.length) {
        const [words, marks] = this.runs.shift();
        if (words.length > count) this.runs.unshift([words.slice(count), marks]);
        count -= Math.min(count, words.length);
      }
    }
    // The number of a marker such as 3. or (iv), and how it is written; null for a bullet.
    number(marker, level) {
      for (const known of [...this.numbers.keys()]) if (known > level) this.numbers.delete(known);
      const found = marker.match(NUMBER);
      if (!found) {
        this.numbers.delete(level);
        return [null, ""];
      }
      const told = found[1], lower = told.toLowerCase(), last = this.numbers.get(level) || [0, ""];
      let number, style;
      if (/^\d+$/.test(told)) [number, style] = [Number(told), ""];
      else {
        const letter = lower.length === 1 ? lower.charCodeAt(0) - 96 : null;
        const goesOn = ["a", "A"].includes(last[1]) && letter === last[0] + 1;
        if (ROMAN.test(lower) && !goesOn) [number, style] = [roman(lower), "i"];
        else if (letter) [number, style] = [letter, "a"];
        else return [null, ""];
        if (told === told.toUpperCase()) style = style.toUpperCase();
      }
      this.numbers.set(level, [number, style]);
      return [number, style];
    }
    // End a paragraph.
    flush() {
      const runs = tidy(this.runs), isQuoted = Boolean(this.quoted) && this.options.quotes;
      this.runs = [];
      if (!runs.length) return;
      this.marker = null;
      let block;
      if (this.item) {
        block = { ...this.item, runs };
        this.item = null;
      } else if (this.inItem) block = { kind: "more", runs };
      else if (this.kind.startsWith("h")) {
        const asHeading = this.options.headings && !this.inCell;
        const told = runs.map(([words, marks]) => [words, { ...marks, bold: !asHeading }]);
        block = asHeading ? { kind: this.kind, runs: told } : { kind: "p", runs: told, quoted: isQuoted };
      } else block = { kind: "p", runs, quoted: isQuoted };
      this.blocks.push(block);
    }
    table(node) {
      const rows = rowsOf(node).filter((row) => row.length);
      for (const caption of node.children) if (nameOf(caption) === "caption") this.element(caption, NONE);
      const showsTables = this.options.tables && !this.inCell;
      if (rows.length === 1 && rows[0].length === 1 && !showsTables) {
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
      inner.read(node, NONE);
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
    const told = html.replace(/<!--\[if gte msEquation[^\]]*\]>([\s\S]*?)<!\[endif\]-->/gi, "$1");
    const page = new DOMParser().parseFromString(withoutStyles(told), "text/html");
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

  let cleaned = null;
  document.addEventListener(
    "paste",
    (event) => {
      const html = event.clipboardData && event.clipboardData.getData("text/html");
      if (event === cleaned || !html || !event.target.closest || !event.target.closest(".ProseMirror")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const isOurs = html.includes("data-pm-slice");
      const data = new DataTransfer();
      data.setData("text/html", isOurs ? withoutStyles(html) : fromElsewhere(html, optionsOf(event.target)));
      data.setData("text/plain", event.clipboardData.getData("text/plain"));
      cleaned = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
      event.target.dispatchEvent(cleaned);
    },
    true,
  );
})();
