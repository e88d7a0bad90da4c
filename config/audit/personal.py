"""Which tables say something of people who work here, or of nobody. What is kept of shoppers: config/pages/personal.py."""

STAFF = {
    "auth.user",
    "admin.logentry",
    "articles.comment",
    "articles.mailwish",
    "articles.presence",
    "articles.medicalreview",
    "articles.author",
    "desk.turn",
    "account.emailaddress",
    "account.emailconfirmation",
    "mfa.authenticator",
    "entry.device",
    "deeds.deed",
    "regions.proposedrate",
}
"""Of people who work here or write for us; they go with their account, or stay as the author of what readers read."""
NOBODY = {
    "articles", "attribution", "catalogue", "claims", "contenttypes", "discovery", "forwarding", "operation", "pages", "pictures", "regions", "sandbox", "sweeps", "search",
    "auth.group", "auth.permission", "content.contentscope", "content.contentversion", "codes.code", "codes.codeterms", "codes.codeday", "codes.automaticdiscount", "codes.automaticuse",
    "desk.ledgerstate", "invoices.daysum", "invoices.correction", "invoices.documenttax", "invoices.series", "letters.letter", "letters.letterarticle", "moving.importline",
    "orders.orderline", "orders.parcelbatch", "orders.parcelline", "orders.return", "payments.dispute", "payments.eventcursor", "payments.refund",
    "payments.refundline", "payments.stripedifference", "withdrawal.withdrawalline",
}  # fmt: skip
"""Apps and tables that say nothing of a person, or only together with a row above that they go with."""
