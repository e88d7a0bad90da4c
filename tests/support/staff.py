"""Staff at work in the admin, without a browser: who is signed in, and forms filled in as they stand on the page."""

import re
from html.parser import HTMLParser

from django.contrib.auth.models import Group, User
from django.test import Client


def signed_in(*groups: str, name: str = "") -> Client:
    """A client of a member of these groups; without any, of the superuser."""
    name = name or "-".join(groups).lower() or "owner"
    user, _ = User.objects.get_or_create(
        username=name, defaults={"is_staff": True, "is_superuser": not groups}
    )
    user.groups.set(Group.objects.filter(name__in=groups))
    assert user.groups.count() == len(groups)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    return client


class _Fields(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.area, self.select = {}, None, None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name")
        if tag == "input" and name and given.get("type") not in {"submit", "file", "button"}:
            if given.get("type") in {"checkbox", "radio"}:
                if "checked" in given:
                    value = given.get("value", "on")
                    have = self.found.get(name)
                    self.found[name] = (
                        value if have is None else [*([have] if isinstance(have, str) else have), value]
                    )
            else:
                self.found[name] = given.get("value", "")
        elif tag == "textarea" and name:
            self.area = name
            self.found[name] = ""
        elif tag == "select" and name:
            self.select = name
            self.found.setdefault(name, [] if "multiple" in given else "")
        elif tag == "option" and self.select and "selected" in given:
            have, value = self.found[self.select], given.get("value", "")
            self.found[self.select] = [*have, value] if isinstance(have, list) else value

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = None
        elif tag == "select":
            self.select = None

    def handle_data(self, data):
        if self.area:
            self.found[self.area] += data


# All that `_Fields` looks at: the rest of a page, nine tenths of it, is not parsed.
_TELLING = re.compile(
    r"<input\b[^>]*>|<select\b[^>]*>|</select>|<option\b[^>]*\bselected\b[^>]*>|<textarea\b.*?</textarea>",
    re.S,
)


def fields_of(page: str) -> dict[str, str | list[str]]:
    """What a browser would send of a page's forms, by name; without the empty rows that scripts copy."""
    parser = _Fields()
    parser.feed("".join(_TELLING.findall(page)))
    found = {
        name: value.removeprefix("\n") if isinstance(value, str) else value
        for name, value in parser.found.items()
        if "__prefix__" not in name
    }
    return {name: value for name, value in found.items() if not name.startswith("_") and name != "q"}


def asked_and_sent(client: Client, page: str, typed: dict):
    """Send a form of the desk and, on the page that names what would be done, say yes."""
    asked = client.post(page, typed)
    assert asked.status_code == 200, asked.status_code
    html = asked.content.decode()
    assert "Nothing was done yet" in html
    return client.post(page, fields_of(html))
