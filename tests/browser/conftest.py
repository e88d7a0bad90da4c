"""A real shop for all browser tests, and a fresh visitor for each."""

import pytest
from playwright.sync_api import sync_playwright

from tests.support.server import CHROMIUM, FLAGS, running_shop


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    with running_shop(tmp_path_factory.mktemp("site")) as found:
        yield found


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, site):
    """open_page(width=…, javascript=…, dark=…) gives a fresh visitor's page; its troubles must stay empty."""
    contexts = []

    def opened(*, width=1280, javascript=True, dark=False):
        context = chromium.new_context(
            viewport={"width": width, "height": 850},
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            base_url=site.url,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)  # a busy machine is slow, and what never comes is found all the same
        page.troubles, page.hosts = [], set()
        page.on("console", lambda message: trouble(page, message))
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        page.on("request", lambda request: page.hosts.add(request.url.split("/")[2]))
        return page

    def trouble(page, message):
        # Chromium reports our own helpful 4xx pages as failed resources; those are asserted by status elsewhere.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            page.troubles.append(message.text)

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def staff(open_page, site):
    page = open_page(width=1400)
    page.goto("/admin/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(site.password)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Today", exact=True).wait_for()
    return page


LONGEST_FIRST = (
    "test_make_run.py", "test_staff.py", "test_staff_labels.py", "test_writing.py", "test_purchase.py", "test_every_page.py",
)  # fmt: skip


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Files that take longest begin, so that of two processes neither waits long for the other at the end."""
    place = {name: number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path.name, len(place)))
