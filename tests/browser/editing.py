"""What an editor does in the editor, in a browser."""


def save(page):
    page.locator('input[name="_continue"]').first.click()
    page.locator(".messagelist .success").wait_for()


def add_block(page, name):
    page.locator(".order-machine-insert-target.last").click()
    page.locator(f'.plugin-button[title="{name}"]').click()
