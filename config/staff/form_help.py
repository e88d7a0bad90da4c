"""Three lines of help and an example for each form of the admin (templates/admin/change_form.html shows them)."""

from django.conf import settings

from config.staff.house_help import HOUSE_HELP, FormHelp
from config.staff.wish_help import WISH_HELP

FORM_HELP = {
    **HOUSE_HELP,
    **WISH_HELP,
    "articles.version": FormHelp(
        (
            "Ctrl+Enter, the plus or / in an empty line inserts a block. Alt+↑ and Alt+↓ move it, Alt+Backspace removes it.",
            "Type [[ to cite a source: it is searched, cited and listed. Paste or drop pictures where they belong.",
            "The draft saves itself while you type, and readers see nothing of it until it is published.",
        ),
        "a text, a product card, a text, an evidence table, three questions, the references.",
        "writing",
    ),
    "pages.pageversion": FormHelp(
        (
            "A page of one region in blocks: words, notes, questions, and what is drawn from data, such as countries and days.",
            "“Preview as saved” shows it to you alone. Published, it stays as it is: what shoppers agreed to is kept.",
            "Tick “for the lawyer” on what nobody has compared with its source; the list of these stands above all pages.",
        ),
        "Terms of sale, UK: a text with a heading, then “Taxes” drawn from data, source Consumer Rights Act 2015.",
        "pages-of-the-shop",
    ),
    "claims.ownrule": FormHelp(
        (
            "A rule names a pattern, why it is wrong and what to write instead, with a colour on each surface by law.",
            "Red holds the products back in that region; amber moves them after the article; green says nothing.",
            "Try it on a sentence first. After saving, every article is checked anew and changes are listed.",
        ),
        "pattern “clinically proven”, red on a product and in an article, source CAP Code 3.7.",
        "claims",
    ),
    "catalogue.productkind": FormHelp(
        (
            "What the law takes a product for. It decides whether milligrams are stated and how words are read.",
            "A new kind is sold nowhere until “Particulars that laws want” has a list for it under a region’s law.",
            "A kind is never deleted, and its code can’t change: products, lists and addresses name it.",
        ),
        "Soap bar, code soap, “For washing”, not swallowed, read as a cosmetic for the skin.",
    ),
    "catalogue.formofmagnesium": FormHelp(
        (
            "A compound that we sell: its name, how much of it is magnesium, its words, and how its SKUs look.",
            "Packs of it are refused where they state more magnesium than the compound holds, or another kind of SKU.",
            "A form is never deleted, and its code can’t change: products, lists and addresses name it.",
        ),
        "Malate, SKUs begin with MAL and then CAP or PWD, 15.5 % magnesium.",
    ),
    "catalogue.particular": FormHelp(
        (
            "One thing that a law wants told of a kind of product before it is bought, and the law that says so.",
            "While a product does not tell it in that region, it is not sold there: on no page, in no feed, in no basket.",
            "Words in it: all spellings that count, with | between them. Tick “seen” once it was compared with the source.",
        ),
        "EU, food supplement, warnings, words “not exceed”, Directive 2002/46/EC article 6(3)(c).",
    ),
    "catalogue.collection": FormHelp(
        (
            "A collection is a page with a name and some products, linked from the shop’s list.",
            "Put products in by hand and drag them into order; a rule fills in the rest, now and later.",
            "What is not sold in a region is left out there; an empty collection does not show.",
        ),
        "“Powders” with the rule: tag “powder”.",
        "search-collections-and-letters",
    ),
    "catalogue.stockmovement": FormHelp(
        (
            "A change of what is on hand: how many, before and after, who, why and the order. The database writes it.",
            "Nothing is added, changed or deleted here; stock is typed in the product’s form or under Prices and stock.",
            "A row without a name was written by other means than this shop’s pages, such as a query typed by hand.",
        ),
        "CIT-CAP-90, UK, −2, 120 → 118, order S-100123.",
    ),
    "catalogue.batch": FormHelp(
        (
            "Packs that came in together, with the number and the best-before date that stand on them.",
            "The oldest date is sent first. After “sold until” what is left leaves the stock, and nothing of it is sold.",
            "A recall takes the rest out of the stock and writes to everybody who got packs of it.",
        ),
        "CIT-CAP-90, UK, L2031A, 240 packs, best before 31 March 2029.",
    ),
    "catalogue.pricelog": FormHelp(
        (
            "What a pack cost in a region from when on, as it was known at the time. The database writes it.",
            "The earlier price of a reduction is read from it: the lowest of the 30 days before. Nobody types it.",
            "Nothing is added, changed or deleted here; prices are typed in the product’s form or under Prices and stock.",
        ),
        "CIT-CAP-90, UK, £11.95, asked from Mon 30 Nov, 00:00 GMT.",
    ),
    "letters.letter": FormHelp(
        (
            "A letter goes once to everybody who confirmed in its region. It names articles, never a product.",
            "Write it, choose articles, save. “Look and send” shows it, says how many get it, and tries it on you.",
            "“Send from” starts it: from then on it can’t be changed. One click in the mail stops all letters.",
        ),
        "“What iron has to do with it”, three sentences, two articles, from 1 June 08:00.",
        "search-collections-and-letters",
    ),
    "search.synonym": FormHelp(
        (
            "Words that readers use for the same thing: whoever looks for one finds all of them.",
            "One word or phrase a line. Endings and capitals don’t matter, small typing errors neither.",
            "A condition never stands beside something we sell: it would offer the product for the condition.",
        ),
        "“delivery”, “shipping”, “postage”.",
        "search-collections-and-letters",
    ),
    "search.pin": FormHelp(
        (
            "What stands first when somebody looks for just these words; the rest follows as usual.",
            "Choose one of: a product, an article, a help page. For one region, or for all.",
            "No product can be pinned to the name of a condition; pin the article about it.",
        ),
        "“how much magnesium” → the article about labels.",
    ),
    "search.emptysearch": FormHelp(
        (
            "What readers looked for in vain: words and how often, without a person or a time of day.",
            "If we call it something else, add a synonym. If we have not written about it, begin an article.",
            "Mail addresses, numbers and long texts are never kept; the rest goes after half a year.",
        ),
        "“magnesium threonate”, 14 times: tick it and choose “Write an article about this”.",
    ),
    "articles.author": FormHelp(
        (
            "Who wrote an article, as readers see it under its title and on a page of its own.",
            "Name qualifications only if they exist; “Staff of the shop” is an honest answer.",
            "Tick “a team” for a group: search engines are told whether it is a person.",
        ),
        "“Jo Reed”: writes about nutrition since 2015. Not a medical professional.",
    ),
    "articles.topic": FormHelp(
        (
            "What readers filter articles by. A topic may be a condition, so products never carry one.",
            "Rename it here whenever you like: its old address leads to the new one.",
            "To merge topics, tick them in the list and choose “Merge” above it; nothing is lost.",
        ),
        "“Iron” with the address iron: /uk/articles/?topic=iron.",
        "topics",
    ),
    "articles.reference": FormHelp(
        (
            "A source, once for all articles; cite it by its key. Type what you read in the source itself.",
            "What you did not read stays empty and is shown as “not stated”. Never fill a gap by guessing.",
            "The question puts it into the table of what studies say, whichever way it came out.",
        ),
        "key walker2003, DOI typed without https://doi.org/, type “double-blind RCT, 60 days”, n 46 people.",
        "sources",
    ),
    "articles.question": FormHelp(
        (
            "What studies were asked. An evidence table in an article shows all its sources on one question.",
            "An article that shows studies which found something must show those which found nothing as well.",
            "Otherwise only the Owner can publish it, with a reason that is kept.",
        ),
        "“Magnesium and night cramps”.",
        "sources",
    ),
    "articles.proposal": FormHelp(
        (
            "What a writer typed in a row that readers see already. They see it once it is put live.",
            "Previews and the claims check of drafts show it as proposed; compare both columns here.",
            "It is put live here, or with a draft that shows it: in every article at once.",
        ),
        "Source walker2003: people, live 46, proposed 47.",
    ),
    "articles.claimsignoff": FormHelp(
        (
            "The log of what the Owner signed off: who, when, why, and the sentences concerned.",
            "A sign-off holds for exactly these words, these links and these rules; it lapses with any of them.",
            "Sign off on the article’s own page. Export the log of a period as PDF or CSV, or ticked rows as CSV.",
        ),
        "“Checked with counsel”, UK, by the Owner, still holds.",
        "claims",
    ),
    "articles.noclaim": FormHelp(
        (
            "The log of “no claim”: of which sentence, why, who said so, when, and who withdrew it.",
            "A tick holds for exactly these words and these rules, in every version of the article.",
            "Tick and withdraw on the article’s own page. Export the log of a period as PDF or CSV.",
        ),
        "“Citrate tastes slightly sour.”: food, by an editor.",
        "claims",
    ),
    "articles.magnesiumform": FormHelp(
        (
            "A compound for the comparison of forms. The share of magnesium follows from its formula.",
            "Untick “swallowed” for skin and bath: no intake figure is then shown, because there is none.",
            "What is known is one sentence with its source as [[key]].",
        ),
        "Oxide, MgO, 60.30 %: “Much magnesium in a small tablet …” [[pardo2021]].",
    ),
    "catalogue.product": FormHelp(
        (
            "A product is one page in the shop; its variants are the packs on that page, each with price and stock.",
            "Prices are typed per region; none is converted by itself. An empty price means: not sold there.",
            "Wordings hold each region’s directions and warnings; a product needs them before it is sold there.",
        ),
        "Magnesium Citrate Capsules with packs of 90 and 180: £14.99, $18.99, €16.99.",
    ),
    "catalogue.relatedproducttag": FormHelp(
        (
            "Links articles to products: whatever carries the same tag belongs together.",
            "Name a form or a kind of product. Never name a condition or a symptom.",
            "Under an article the products with most shared tags come first, after those chosen by hand.",
        ),
        "glycinate, on two products and four articles.",
        "products",
    ),
    "catalogue.price": FormHelp(
        (
            "A price from a moment on. Rows are added and never changed, so the history stays true.",
            "Times are UTC. A price of the future begins by itself, on every page in the same second.",
            "Type it as shoppers of the region read it, such as 15.49; an empty one ends the sale in that region.",
        ),
        "CIT-CAP-90 in the UK: 15.49 from 1 December 2026, 00:00.",
    ),
    "catalogue.variant": FormHelp(
        (
            "A pack of a product. It is edited on the product’s own page, where its prices and stock stand.",
            "Milligrams of magnesium are elemental: the metal alone, not the compound.",
            "Untick “active” to stop selling a pack; old orders keep their memory of it.",
        ),
        "CIT-CAP-90: 90 capsules, 100 mg elemental each.",
    ),
    "pictures.picture": FormHelp(
        (
            "Upload the largest you have: it is made smaller, turned upright, and loses where and when it was taken. "
            "Its colours are converted for the web from what the camera or the printer’s file says. A HEIC photo, a PDF or "
            "a drawing is refused: save it as JPEG or PNG first. Of an animation the first picture is kept.",
            "To replace a picture everywhere, choose another file here: every page that shows it follows. "
            "“Place” puts a picture at the top of the home page; only one can have it.",
            "Describe it in one sentence for people who can’t see it, or tick “decorative” if words beside it do.",
        ),
        "“An open jar of white capsules beside a glass of water on an oak table.”",
        "pictures",
    ),
    "regions.region": FormHelp(
        (
            "A storefront of its own: address, currency, tax words and law. "
            "A new one is closed; its list says what it needs, and a button opens it.",
            "The time zone is the clock of its shoppers: on pages, in mails, on invoices, in the VAT report and for publishing. "
            "The cut-off goes by the clock of the place we ship from, and public holidays there and at the destination "
            "move every promise of delivery.",
            "The link policy says where articles may show products.",
        ),
        "UK, address /uk/, GBP, “incl. VAT”, Europe/London.",
    ),
    "regions.lawpack": FormHelp(
        (
            "The rules and figures that a region follows. A new law begins as a copy; its particulars are copied too.",
            "Each fact has its source below, with the day it was compared. Copied ones count as not seen yet.",
            "Every change is kept as a version with who made it. Orders keep the words that they were placed under.",
        ),
        "Australia, code AU, copied from the United Kingdom.",
    ),
    "regions.vatrate": FormHelp(
        (
            "A country’s rate for a class of goods, from a date on. Rates are added, so old orders stay right.",
            "The date is UTC; orders placed before keep the old rate, and what has begun is never changed. “Newer VAT rates” "
            "compares a file with the shop’s and begins each rate at midnight on the region’s clock.",
            "Say where you have the figure from: somebody will check it next year.",
        ),
        "Italy, standard, 22 %, from 1 October 2013, “ibericode/vat-rates”.",
    ),
    "regions.salestaxrate": FormHelp(
        (
            "What a US state takes, added to the price at the last step and shown as a line of its own.",
            "Rates are added with a date, never changed, so that old orders stay right.",
            "A state without a rate is one where the shop collects nothing. Say where you have the figure from.",
        ),
        "Ohio, 5.75 %, from 1 January 2027, the state’s tax office on 1 December 2026.",
    ),
    "regions.postalzone": FormHelp(
        (
            "Parts of a country with another tax, or to which the shop does not ship. Checkout, tax and the page about "
            "delivery take the rule from here.",
            "A place is known by its postcodes, by a prefix such as AX-, or by its name in the town’s field, however "
            "they are written. A shopper can’t tick the rule away.",
            "A zone is never deleted; choose “Like the rest of the country” instead. Its VAT rates are dated rows of VAT "
            "rates that name it.",
        ),
        "The Canary Islands: (35|38)[0-9]{3}, not delivered to, outside the EU’s VAT area.",
    ),
    "regions.seller": FormHelp(
        (
            "Who sells: it stands in every footer, mail and invoice. The law asks for each of these fields.",
            "“Demonstration” puts a line on every page saying that nothing is really sold.",
            "A change shows on the very next page.",
        ),
        f"{settings.BRAND} Ltd, 1 Mill Lane, Kendal.",
    ),
    "withdrawal.withdrawal": FormHelp(
        (
            "Somebody declared that they withdraw from (in the UK: cancel) an order. The time they sent it counts.",
            "Nothing is due before the buyer has confirmed it by mail, or sent it from the order’s own page.",
            "Cancel or take back the packs and give the money back at the order; then it settles itself.",
        ),
        "Order F100123, declared on 27 November, money due by 11 December.",
    ),
    "codes.code": FormHelp(
        (
            "A code holds in the regions that stand below; give the amount there if it takes off an amount.",
            "A percentage counts for the goods, or only for the products you name. One code an order.",
            "Limits are kept even if many use it at once. What it was made for stands beside it in “What codes earn”.",
        ),
        "NOVEMBER10: 10 per cent in the UK and the EU until the end of the month, once a person.",
    ),
    "forwarding.shortlink": FormHelp(
        (
            "A short address for a leaflet, a parcel or a post, with its QR code; it leads to one page of the shop.",
            "Source, medium and campaign are counted with the baskets and orders that follow, never with a person.",
            "A code is kept for whoever follows it. Switched off, it leads to the page alone.",
        ),
        "/go/leaflet leads to the citrate capsules in the UK: source leaflet, medium print, campaign spring-2027.",
    ),
    "codes.automaticdiscount": FormHelp(
        (
            "It is taken off by itself, in one region and between its dates; shoppers read its name and its terms.",
            "One discount an order: of its code and all of these, whichever takes most off. They never add up.",
            "It never takes more than half off, and is no reduced price: no label names an earlier one for it.",
        ),
        "“3 for 2”: buy 3 packs, pay for 2, in the UK until the end of the month.",
    ),
    "invoices.document": FormHelp(
        (
            "An invoice for each paid order, a credit note for each refund of one, numbered without gaps by region.",
            "The PDF is stored as it was issued and never made again: its hash stands beside it.",
            "“View on site” opens it. The VAT report on the start page adds them up by quarter.",
        ),
        "UK-I-000042, and UK-C-000003 for a part of it that went back.",
    ),
    "orders.order": FormHelp(
        (
            "An order as it was placed: words and prices are copies, so later changes of a product don’t touch it.",
            "Paid, sent and refunded are separate facts; the timeline says who or what did each, and when.",
            "Write notes for colleagues; shoppers never see them.",
        ),
        "“Asked by phone to leave it with number 12.”",
    ),
    "payments.payment": FormHelp(
        (
            "One try at paying an order, as Stripe tells it. Nothing here is typed by hand.",
            "The amount is the order’s total; what Stripe took instead of it, if anything, stands beside it.",
            "Search Stripe’s Dashboard for the id that begins with pi_.",
        ),
        "S100042, £14.99, paid.",
    ),
    "payments.dispute": FormHelp(
        (
            "A buyer asked their bank for the money back. Answer it in Stripe’s Dashboard, in time.",
            "While it is open, nothing of the order can be sent from the desk.",
            "When it is won, the order goes on; when it is lost, the bank has taken the money.",
        ),
        "“product_not_received”, answered with the parcel’s tracking number.",
    ),
    "payments.refund": FormHelp(
        (
            "Money on its way back. It is a row before Stripe is asked, so it is never sent twice.",
            "“Failed” means that the bank refused it: pay the shopper another way and note it on the order.",
            "Refunds made in Stripe’s Dashboard appear here by themselves.",
        ),
        "S100042, £4.99, refunded.",
    ),
    "payments.stripeevent": FormHelp(
        (
            "What Stripe told the shop, once per event, with what it did here.",
            "“Waits” means that it could not be applied yet; it is tried again by itself.",
            "Nothing here is typed by hand.",
        ),
        "checkout.session.completed: order F-1042 paid.",
    ),
    "outbox.mail": FormHelp(
        (
            "A mail as the shopper gets it. Each kind is sent once for each order.",
            "If the mail server is away it is tried again for three days; a refused address for an hour. Then the order says so.",
            "Without a mail server (EMAIL_URL) mails stay here to be read.",
        ),
        "“Your order F-1042 is paid”, sent after the second try.",
    ),
}
