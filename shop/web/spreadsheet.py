from shop.text.characters import clean_text


def harmless(cell) -> str:
    """Text that a spreadsheet takes for text: what begins like a formula, also after blanks, gets an apostrophe."""
    text = clean_text(str(cell))
    begins = text.lstrip()[:1]
    return (
        f"'{text}" if (begins and begins in "=+-@＝＋－＠") or text.startswith(("\t", "\r", "\n")) else text
    )
