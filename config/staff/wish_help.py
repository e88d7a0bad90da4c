"""The help of the lists of what shoppers asked to be written to about."""

from config.staff.house_help import FormHelp

WISH_HELP = {
    "reviews.review": FormHelp(
        (
            "What a buyer wrote about a pack. Show it, or refuse it with a reason; its writer gets that by mail.",
            "Decide the same way for one star as for five: that it complains is no reason.",
            "A sentence that names a condition, or says what it did to a body, can’t be shown by anybody.",
        ),
        "3 of 5, “Easy to swallow, but the jar is half empty.” Shown.",
        "reviews-by-buyers",
    ),
    "reviews.reviewreport": FormHelp(
        (
            "What a reader says is wrong with a review. It hides nothing: open the review and decide there.",
            "Showing it again or refusing it settles all reports on it.",
            "We keep nothing of who reported; a settled report goes after half a year.",
        ),
        "“It is about something else.” on a review of CIT-CAP-90.",
        "reviews-by-buyers",
    ),
    "reviews.reviewask": FormHelp(
        (
            "Somebody who wants to be asked once, by mail, what they think of their order. The mail goes by itself.",
            "How many days after delivery stands under Regions; nobody is asked about what came back.",
            "Delete a row if somebody asks for it.",
        ),
        "Order F100123, asked on 12 December.",
        "reviews-by-buyers",
    ),
    "alerts.stockalert": FormHelp(
        (
            "Somebody who asked to hear, once, when a sold-out pack is back. The mail goes out by itself.",
            "Nothing is sent before they have confirmed by mail; what nobody confirms goes after a week.",
            "Delete a row if somebody asks for it; with the mail it is deleted anyway.",
        ),
        "CIT-CAP-90 in the UK, confirmed on Monday.",
    ),
    "reminders.packreminder": FormHelp(
        (
            "Somebody who asked to hear, once, before what they bought is empty. The mail goes out by itself.",
            "The day is reckoned from the day of delivery and the daily amount on the label.",
            "Delete a row if somebody asks for it; with the mail it is deleted anyway.",
        ),
        "CIT-CAP-90, 2 packs, in the UK, due on 1 March.",
    ),
    "reminders.basketreminder": FormHelp(
        (
            "Somebody who asked to hear, once, should they leave their basket behind. The mail goes after a day.",
            "Nothing is sent before they have confirmed by mail, nor once they have ordered.",
            "Delete a row if somebody asks for it; with the mail it is deleted anyway.",
        ),
        "ada@example.org, UK, asked and confirmed on 1 May.",
    ),
    "accounts.account": FormHelp(
        (
            "Who has an account, since when, and when they last signed in. What is in it is theirs alone.",
            "After two years without a sign-in it goes by itself; its owner is told by mail a month before.",
            "To delete one for its owner, open the address under “Customers”.",
        ),
        "ada@example.org, last sign-in 1 May 2026, goes on 30 April 2028.",
    ),
    "letters.subscriber": FormHelp(
        (
            "Who asked for letters, and the proof: what they agreed to, when they asked and when they confirmed.",
            "Nobody without a confirmation gets one; unconfirmed addresses go after a week.",
            "Delete an address when its owner asks; stopping in the mail deletes it by itself.",
        ),
        "ada@example.org, UK, asked 1 May, confirmed 1 May.",
    ),
}
