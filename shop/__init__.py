"""The shop: a plain package of small Django apps. Imports point down this list, never up.

ledger      what must always be true of stock, orders and money; what is not, with its fixes; VAT by quarter
desk        the order desk: what staff do to orders and their money
checkout    the page between basket and payment; places orders; the shopper's order page
reviews     what buyers say of a product: written, read by a person, shown, summed, reported
reminders   one mail before a pack is empty, or for a basket left behind; the address is deleted with it
withdrawal  what shoppers declare of contracts they withdraw from: until when they may, and what is due to them
invoices    invoices and credit notes: numbers without gaps, PDFs that never change
payments    Payment, Refund, Stripe events; the only app that asks Stripe
orders      Order, its snapshot lines, its legal moves, its mails
basket      Basket and its lines, with the price each shopper saw
codes       discount codes: what they take off, who may still use them
alerts      one mail when a sold-out pack is back; the address is deleted with it
attribution totals by day of what articles and campaigns earn; never a person or an order
catalogue   products, variants, dated prices, stock; offer() says what is on sale where
pages       the shop's own pages, such as terms and privacy: words by region, versions, what orders agreed to
optin       an address that nobody writes to before its owner has confirmed it by mail
claims      what texts may not say, by region (words, turns of phrase and rules as data)
regions     storefronts: currency, countries, postal zones, tax rates, law, working days, clocks
outbox      a mail is a row first and is sent later, once
pictures    uploads re-encoded, renditions made in the background
sweeps      rows of the worker: one that fails is set aside for a while, the rest go on
content     the content version and the scopes: move with what shoppers see; values memoised until then; old addresses
web         requests and answers: same-origin forms, redirects, kept answers, structured data. It knows no table
text        what people type and paste: characters, numbers, money, words to search by. It knows no request
money       minor units and text

`orders` and `basket` do not know each other; `checkout` introduces them.
The rules are enforced by config/importlinter.toml and tests/test_architecture.py.
"""
