"""Passkeys, an authenticator app and recovery codes in a real browser, with Chromium's own virtual authenticator."""

import re

import pytest

from tests.support.sign_in import code_of

pytestmark = pytest.mark.browser
NAME, WORDS = "rosa", "four-unrelated-words-of-mine"


@pytest.fixture
def rosa(site):
    site.manage(
        "from django.contrib.auth.models import Group, User\n"
        f"User.objects.filter(username='{NAME}').delete()\n"
        f"user = User.objects.create_user('{NAME}', 'rosa@shop.example', '{WORDS}', is_staff=True)\n"
        "user.groups.add(Group.objects.get(name='Orders'))"
    )


@pytest.fixture
def page(open_page, site, rosa):
    """At a name, since passkeys belong to one."""
    made = open_page(width=360, dark=True)
    made.there = site.url.replace("127.0.0.1", "localhost")
    made.goto(f"{made.there}/admin/")
    return made


@pytest.fixture
def authenticator(page):
    """(the browser's protocol, its id): it keeps keys and says that whoever holds it is who they say."""
    protocol = page.context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
               "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    made = protocol.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return protocol, made["authenticatorId"]


def sign_in(page):
    page.get_by_label("Username").fill(NAME)
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Log in").click()


def is_in(page):
    page.get_by_role("heading", name="Today", exact=True).wait_for()


def go(page, path):
    page.goto(page.there + path)
    show_again(page, path)


def show_again(page, path):
    """What changes how one signs in asks once more who it is."""
    page.wait_for_url(re.compile(rf"/login/again/|//[^/]+{path}"))
    if "/login/again/" in page.url:
        if "/passkey/" in page.url:
            page.get_by_role("button", name="Use a passkey").click()
        else:
            page.get_by_label("Password").fill(WORDS)
            page.locator("main, #content").get_by_role("button").first.click()
        page.wait_for_url(re.compile(rf"//[^/]+{path}"))


def sign_out(page):
    page.goto(f"{page.there}/admin/login/cancel/")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{page.there}/admin/")
    page.get_by_label("Password").wait_for()


def test_a_passkey_is_made_signs_in_alone_and_is_removed(page, authenticator):
    protocol, key = authenticator
    sign_in(page)
    is_in(page)
    go(page, "/admin/you/passkeys/add/")
    page.get_by_label("What you call it").fill("My phone")
    page.get_by_label("Also sign in with it alone, without my password").check()
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text(re.compile("recovery codes", re.IGNORECASE)).first.wait_for()
    assert len(protocol.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1
    sign_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    is_in(page)
    page.goto(f"{page.there}/admin/you/passkeys/")
    page.get_by_role("link", name="Remove My phone").click()
    show_again(page, r"/admin/you/passkeys/\d+/remove/")
    page.get_by_role("button", name="Remove the passkey").click()
    page.get_by_text("You have none.").wait_for()
    sign_out(page)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Use a passkey").click()
    page.get_by_label("Password").wait_for()
    page.wait_for_load_state("networkidle")
    page.goto(f"{page.there}/admin/you/")
    page.get_by_label("Password").wait_for()
    assert not page.troubles


def test_an_app_is_added_and_its_codes_and_recovery_codes_sign_in(page):
    sign_in(page)
    is_in(page)
    go(page, "/admin/you/app/")
    text = page.locator(".entry-secret").inner_text()
    page.get_by_label("Code that the app shows").fill(code_of(text))
    page.get_by_role("button", name="Add the app").click()
    page.wait_for_url("**/admin/you/**")
    go(page, "/admin/you/codes/")
    codes = page.locator(".entry-codes code").all_inner_texts()
    assert len(codes) >= 8
    sign_out(page)
    sign_in(page)
    page.locator("[name=code]").fill("000000")
    page.locator("[type=submit]").first.click()
    page.get_by_text("not right").wait_for()
    page.locator("[name=code]").fill(codes[0])
    page.locator("[type=submit]").first.click()
    is_in(page)
    page.goto(f"{page.there}/admin/you/")
    page.get_by_text(f"You have {len(codes) - 1} left.").wait_for()
    assert page.get_by_text("this one").is_visible()
    assert not page.troubles
