"""The policy of every answer: the same letters in every process, and on pages made before Django looks."""

import subprocess
import sys

import pytest
from csp.constants import HEADER

from tests.conftest import a_shopper
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
ORDER = """
from csp.constants import HEADER
from django.conf import settings
settings.configure(CONTENT_SECURITY_POLICY={"DIRECTIVES": {name: ["'self'"] for name in
    ["default-src", "script-src", "style-src", "img-src", "font-src", "connect-src", "form-action"]}})
from django.http import HttpResponse
from config.middleware.policy import with_policy
print(with_policy(HttpResponse())[HEADER])
"""


@pytest.mark.slow
def test_directives_stand_in_one_order_in_every_process():
    policies = {
        subprocess.run(
            [sys.executable, "-c", ORDER],
            env={"PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in range(3)
    }
    assert len(policies) == 1


@pytest.mark.parametrize("path", ["/uk/", "/uk/articles/", "/uk/basket/", "/none/"])
def test_every_page_has_its_directives_in_order(path):
    parts = a_shopper().get(path)[HEADER].split("; ")
    assert parts == sorted(parts)
    assert "default-src 'none'" in parts


def test_the_page_of_maintenance_has_the_policy_too(settings):
    usual = a_shopper().get("/uk/")[HEADER]
    settings.MAINTENANCE = True
    answer = a_shopper().get("/uk/")
    assert answer.status_code == 503
    assert answer[HEADER] == usual


def test_staff_pages_keep_theirs_and_the_nonce():
    policy = signed_in().get("/admin/")[HEADER]
    assert "'nonce-" in policy or "script-src 'self'" in policy
    assert "frame-src 'self'" in policy
