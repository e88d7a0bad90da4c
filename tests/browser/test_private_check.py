"""The private check before buying: answers never leave the page, and it is of use without JavaScript."""

import pytest

pytestmark = pytest.mark.browser
CHECK = "/uk/help/safety/"


def answer(page, question: str, choice: str) -> None:
    page.get_by_role("group", name=question).get_by_label(choice, exact=True).check()


def test_answers_are_told_sent_nowhere_and_gone_afterwards(open_page):
    page = open_page(width=360, dark=True)
    page.goto(CHECK)
    page.wait_for_load_state("networkidle")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    said = page.get_by_role("status")
    answer(page, "Do you have trouble with your kidneys", "No")
    said.get_by_text("1 of 5 answered.").wait_for()
    answer(page, "Are you pregnant", "Yes")
    page.get_by_text("Please ask a pharmacist or a GP first.", exact=True).wait_for()
    page.keyboard.press("Enter")
    for question in (
        "Are you pregnant",
        "Do you take medicines",
        "Do you take something else",
        "Is it for somebody",
    ):
        answer(page, question, "No")
    page.get_by_text("Fine to read on.", exact=True).wait_for()
    assert page.url.endswith(CHECK)
    assert asked == [], "no request carries an answer"
    kept = "[localStorage.length, sessionStorage.length, document.cookie, history.state]"
    assert page.evaluate(kept) == [0, 0, "", None]
    assert page.context.cookies() == []
    page.reload()
    assert page.locator("[data-check] input:checked").count() == 0
    page.get_by_role("link", name="Delivery", exact=True).first.click()
    page.wait_for_url("**/delivery/")
    page.go_back()
    page.wait_for_url(f"**{CHECK}")
    page.get_by_text("One yes or more:").wait_for()
    assert page.locator("[data-check] input:checked").count() == 0
    assert page.troubles == []


def test_without_javascript_it_is_a_list_that_says_what_follows(open_page):
    page = open_page(javascript=False)
    page.goto(CHECK)
    assert page.locator("[data-check]").get_by_role("group").count() == 5
    assert "ask a pharmacist or a GP" in page.locator(".check__rule").inner_text()
    assert page.locator("[data-check] button, form [data-check], [data-check] form").count() == 0
    assert not page.get_by_role("status").is_visible()
