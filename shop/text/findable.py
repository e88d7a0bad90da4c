"""Words as people look for them: without case, accents, apostrophes, hyphens and blanks that may be there or not."""

import re
import unicodedata

from shop.text.typed import without_invisible

# Letters that have no accent to take off, and the ways in which ä, ö, å … are written without it.
PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
)
SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
APOSTROPHES = re.compile("['’‘‛ʼʹ`´′＇]")
# What stands around a pasted number or address and is no part of it.
LEADS = re.compile(
    r"(?i)https?://(?:dx\.)?doi\.org/|\bdoi:\s*(?=10\.)|\bdoi\s+(?=10\.)|\b(?:pmid|pubmed)[:\s]+(?=\d)|"
    r"https?://pubmed\.ncbi\.nlm\.nih\.gov/|\bmailto:"
)
AROUND = '<>()[]{}"“”„«»,;:.!?'
BESIDE = re.compile("order|orders|no|nr|number|re|fw|fwd|fao|mr|mrs|ms|miss|mx|dr|prof")
PIECES = re.compile(r"[^\W_]+")
MAX_WORD_LENGTH = 60


def fold(text: str) -> str:
    """Small letters without accents, apostrophes and signs that nobody sees; blanks and other signs stay."""
    text = unicodedata.normalize("NFKD", APOSTROPHES.sub("", without_invisible(text)).casefold())
    return "".join(sign for sign in text if not unicodedata.combining(sign)).translate(PLAIN)


def compact(text: str) -> str:
    """Letters and digits alone, folded: “SW1A 1AA” and “sw1a-1aa” are one."""
    return "".join(PIECES.findall(fold(text)))


def spelled_out(text: str) -> str:
    """In small letters, with ä, ö, ü, å and ø written as two."""
    return unicodedata.normalize("NFC", text).casefold().translate(SPELLED_OUT)


def pieces_of(text: str) -> set[str]:
    """By what a name, a postcode or a number is found: each piece, and all from each piece on written as one."""
    found = set()
    for one in {text, spelled_out(text), APOSTROPHES.sub(" ", text)}:
        pieces = PIECES.findall(fold(one))
        found.update(pieces)
        found.update("".join(pieces[place:]) for place in range(len(pieces)))
    return {word[:MAX_WORD_LENGTH] for word in found if word}


def pieces_of_mail(address: str) -> set[str]:
    """An e-mail address is found by its beginning, its pieces, and its end from each + on, since a + may be lost."""
    address = fold(address).strip()
    local, _, host = address.rpartition("@")
    tails = {f"{tail}@{host}" for tail in local.split("+")[1:]}
    return {word[:MAX_WORD_LENGTH] for word in {address, *tails, *pieces_of(local), *pieces_of(host)} if word}


def wanted(text: str) -> list[tuple[str, list[str]]]:
    """What was typed as a list of words that must all be found: each as it was typed, and as a list of pieces.

    A word with “@” is one piece; “Jean-Luc” is two, which may also stand as one.
    """
    found = []
    for word in plain_query(text).split():
        pieces = [fold(word)] if "@" in word else PIECES.findall(fold(word))
        if pieces:
            found.append((word, [piece[:MAX_WORD_LENGTH] for piece in pieces]))
    return found


def plain_query(text: str) -> str:
    """What was typed or pasted into a box of staff, without what stands around it: “Re: order no. S100001,”, “Mrs O’Neill
    <oneill@example.org>”, “https://doi.org/10.1/x”, “PMID: 1”. Nothing but such words stays as it was."""
    words = [word.strip(AROUND) for word in LEADS.sub(" ", without_invisible(text)).split()]
    meaningful = [word for word in words if word and not BESIDE.fullmatch(fold(word))]
    return " ".join(meaningful) or without_invisible(text)
