from shop.text.characters import clean_text


def harmless(cell) -> str:
    """Text that a spreadsheet takes for text: what begins like a formula gets an apostrophe."""
    text = clean_text(str(cell))
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
