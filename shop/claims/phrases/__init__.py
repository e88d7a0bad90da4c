"""Turns of phrase by which the claims check reads a sentence: data, a module for each matter, no code.

- `hints`, `praise`, `stories`, `times`, `told`: what promises, suggests or tells of an effect.
- `contrasts`, `medicines`: what is set against something else.
- `labels`, `amounts`, `evidence`: what labels, cautions and studies say.
- `spelling`: short forms, and where a sentence ends.

Each is a `Phrase` (phrase.py): what it is taken for; its ways of saying it, one a line, each with a text in
which it is found; and texts that pass. Words asked one by one are in `words.json` and `grammar.json`.
docs/recipes.md tells how one is added.
"""
