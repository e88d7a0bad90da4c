"""What a form's help is, and the help of the lists that are about the house itself: people, the log, addresses, the sandbox."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FormHelp:
    lines: tuple[str, str, str]
    example: str
    chapter: str = ""  # anchor in docs/handbook-editors.md


HOUSE_HELP = {
    "deeds.deed": FormHelp(
        (
            "Something that a member of staff did: who, what, old and new, from where. It is written with the change itself.",
            "Nobody can change it; it goes after two years. What names a person, and secrets, are not copied into it.",
            "Filter by person, kind and day, or export it as CSV; the export is written down too.",
        ),
        "grace, changed the price of CIT-CAP-90 in the UK from 1195 to 1295.",
    ),
    "forwarding.missedpage": FormHelp(
        (
            "An address at which readers found nothing: the path and how often, without a query and without a name.",
            "“Make a redirect” in the list fills the form in; the row goes once the address leads somewhere.",
            "What nobody looks for in three months is deleted by itself.",
        ),
        "/products/magnesium-citrate, 12 times.",
    ),
    "forwarding.redirect": FormHelp(
        (
            "An address of your former shop, and the page here that answers it: readers and search engines are led on for good.",
            "It counts only where this shop has no page of its own. What hangs on an address for campaigns is left out.",
            "Many at once: “Bring many in” above the list takes the files of Shopify and WordPress, after a look.",
        ),
        "“/products/magnesium-citrate” leads to “/uk/shop/magnesium-citrate-capsules/”.",
        "old-addresses",
    ),
    "operation.violation": FormHelp(
        (
            "What the security policy of our pages kept from loading or running, as browsers report it. Anybody can "
            "make a report up.",
            "A host that nobody here put on a page is mostly of a visitor’s own software. Ask a developer about “inline”, "
            "“self”, and whatever began with an update.",
            "Nothing of the visitor is kept. What nobody reports in three months is deleted by itself.",
        ),
        "script-src-elem, www.example.org, on catalogue:product, 12 times.",
    ),
    "sweeps.setback": FormHelp(
        (
            "A thing that the background work could not finish: an article to check, a mail to write, a payment to ask about.",
            "It is tried again by itself, after a minute and then ever more seldom; everything else goes on meanwhile.",
            "Open the thing and mend what the error names, then tick it in the list and have it tried again at once.",
        ),
        "recheck_claims, articles.Version 17, 3 tries.",
    ),
    "auth.user": FormHelp(
        (
            "A colleague. “Staff” lets them in here; their roles say what they may do.",
            "Give everybody a name of their own: the history says who changed what.",
            "When somebody leaves, untick “active” and keep the row.",
        ),
        "anna, staff, with the roles Writer and Marketing.",
        "who-may-do-what",
    ),
    "auth.group": FormHelp(
        (
            "What a role may do: Writer, Editor, Marketing, Orders and Owner come with the shop.",
            "These five are set back to their list after every update, so that the list can be trusted.",
            "Make a role of your own for anything else.",
        ),
        "Writer: may write drafts, may not publish.",
        "who-may-do-what",
    ),
    "sandbox.sandboxswitches": FormHelp(
        (
            "How the built-in stand-in for Stripe behaves, to see what the shop does about it.",
            "Nothing here reaches the real Stripe, and no real money moves.",
            "Set it back to normal afterwards: it counts for every checkout.",
        ),
        "deliver each event twice, 20 seconds late.",
    ),
    "sandbox.sandboxevent": FormHelp(
        (
            "An event that the stand-in for Stripe has sent or is about to send.",
            "It is delivered to the same webhook, with the same signature, as Stripe’s own.",
            "Nothing here is typed by hand.",
        ),
        "charge.refunded, delivered.",
    ),
}
