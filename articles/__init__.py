"""The articles: an evidence-led blog that links to products. Imports point down this list, never up.

admin       what staff see: the editor, an article's page, many articles at once, shared rows
views       addresses for readers and for people with a preview link
publishing  drafts, versions, publications; links for many articles. Nothing else makes a version
products    where articles and products meet, for staff: use, health, a report. It changes nothing
evidence    what the words say: claims, findings, facts kept with a version, links to other sites
moves       where readers see what has changed: which pages are drawn anew
reading     what readers get: pages, lists, feeds, product cards. It writes nothing
notices     mails to colleagues about articles that concern them: who wants which
models      the tables, one idea a file
claim_texts what readers read of the tables: it is checked for claims
text        what is pasted from other programs, in the words of our own editor. It knows no table

Articles see catalogue and regions, never baskets, orders or payments. Enforced by config/importlinter.toml.
"""
