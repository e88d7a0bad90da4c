"""The help of the lists of what shoppers asked to be written to about."""

from config.staff.house_help import FormHelp

WISH_HELP = {
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
    "letters.subscriber": FormHelp(
        (
            "Who asked for letters, and the proof: what they agreed to, when they asked and when they confirmed.",
            "Nobody without a confirmation gets one; unconfirmed addresses go after a week.",
            "Delete an address when its owner asks; stopping in the mail deletes it by itself.",
        ),
        "ada@example.org, UK, asked 1 May, confirmed 1 May.",
    ),
}
