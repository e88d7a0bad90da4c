def harmless(cell) -> str:
    """Text that a spreadsheet takes for text: what begins like a formula gets an apostrophe."""
    text = str(cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
