"""What spans shop and articles. Nothing below imports it. Imports point down this list, never up.

audit       says of every page, feed and mail whether it names the price of `offer()`
seed        the content that ships, as files, and what loads it
worker      what happens without a request: a table of sweeps, one question a second
staff       behind sign-in: the admin's site, start page, roles, forms that save only what changed
moving      posts, products and subscribers of another shop come in, by the worker; a whole shop leaves, and comes in again
entry       how staff come in: sign-in, second factor, devices and sessions, forgotten passwords
accounts    what shoppers may have besides orders: sign-in by a mailed link, orders of a proven address, buying again
deeds       what staff did: who, what, old and new, from where; rows are only ever added
middleware  on each request: page cache, proxy, old addresses, maintenance
discovery   for machines: feeds, sitemaps, llms.txt, social cards
search      one index in plain tables, and what it answers
newsletter  letters and their readers
forwarding  where addresses of another shop and of before lead; what was not found
operation   for operators: is it ready, figures, the log, reports of errors and by browsers
pages       for people: home, help, errors, the theme they chose
words       the shop's own words in other languages: gathered by room, compiled for gettext
connections  to PostgreSQL and Redis, which live through an absence of either
tools       the launcher: standard library only, since it runs before anything is installed

At the root stands only what Django and an operator look for there. Enforced by config/importlinter.toml.
"""
