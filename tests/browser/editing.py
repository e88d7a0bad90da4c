"""What an editor does in the editor, in a browser."""


def save(page):
    page.locator('input[name="_continue"]').first.click()
    page.locator(".messagelist .success").wait_for()


def add_block(page, name):
    """At the end of the article."""
    page.locator(".palette").get_by_role("button", name=name, exact=True).click()
