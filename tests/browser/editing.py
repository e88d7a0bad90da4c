"""What an editor does in the editor, in a browser."""


def save(page):
    page.locator('input[name="_continue"]').first.click()
    page.locator(".messagelist .success").wait_for()


def add_block(page, name):
    """At the end of the article."""
    page.locator(".palette").get_by_role("button", name=name, exact=True).click()


class Writer:
    """Somebody at the keyboard: each run of letters, each key or chord and each click is one action."""

    def __init__(self, page):
        self.page, self.actions = page, 0

    def types(self, words):
        self.page.keyboard.type(words)
        self.actions += 1

    def presses(self, key):
        self.page.keyboard.press(key)
        self.actions += 1

    def inserts(self, name="", choose=""):
        """A block after this one: its kind by a few letters, and what is chosen in it."""
        self.presses("Control+Enter")
        if name:
            self.types(name)
        self.presses("Enter")
        if choose:
            self.page.locator(".select2-search__field").wait_for()
            self.types(choose)
            self.page.locator(".select2-results__option--highlighted", has_text=choose).wait_for()
            self.presses("Enter")
        else:
            self.page.locator(".block :focus").wait_for()

    def goes_to(self, selector, *, most=150):
        """By Tab alone, to what matches."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{most} times Tab never came to {selector}")
