"""Rich text from elsewhere (Word, Excel, Google Docs, LibreOffice, Pages, the web) in the words of our own editor.

What carries meaning survives: headings, lists, tables, links, bold and slanted, what stands above or below the line,
what is struck out. What was deleted under tracked changes, comments and fonts do not. `static/js/paste.js` does the
same, step by step, in the browser before the editor reads a paste; tests/support/pastes.py holds what both must give.
"""

from articles.text.pastes.build import Marks, build
from articles.text.pastes.reader import Reader
from articles.text.pastes.signs import EQUATION, FOREIGN, normalise
from articles.text.pastes.tree import _Tree, prepare, rules_of


def from_elsewhere(html: str, *, tables=True, headings=True, quotes=True) -> str:
    """Our editor's markup for markup from anywhere; what our editor wrote comes back unchanged."""
    if not FOREIGN.search(html):
        return html
    tree = _Tree()
    tree.feed(normalise.clean(EQUATION.sub(r"\1", html)))
    tree.close()
    prepare(tree.root, rules_of(html))
    reader = Reader(tables=tables, headings=headings, quotes=quotes)
    reader.read(tree.root, Marks())
    reader.flush()
    return build(reader.blocks)
