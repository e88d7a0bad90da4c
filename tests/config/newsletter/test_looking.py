"""A letter's pictures, and the look before it goes: who gets it, what is left out, what keeps it from going."""

import io
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from PIL import Image

from articles.models import Publication
from config.newsletter.letters import send_letters
from config.newsletter.models import Letter
from shop.outbox.keys import letter_kind
from shop.outbox.models import Mail
from shop.pictures.models import Picture
from tests.conftest import a_shopper
from tests.support.letters import a_letter, a_subscriber, ask
from tests.support.pictures import upload
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


def a_picture(alt="A brass spoon on a kitchen scale.", **more) -> Picture:
    picture = Picture(title="Spoon", alt=alt, file=upload(size=(1600, 900)), **more)
    picture.full_clean()
    picture.save()
    return picture


@pytest.mark.slow
def test_a_letter_carries_its_picture_as_a_jpeg_of_fixed_width_with_its_words(media):
    a_subscriber()
    letter = a_letter(send_from=timezone.now(), picture=a_picture())
    send_letters()
    html = Mail.objects.get().html
    [found] = re.findall(
        r'<img src="([^"]+)" width="504" height="284" alt="A brass spoon on a kitchen scale."', html
    )
    assert found.startswith("http://")
    assert found.endswith("-mail.jpg")
    answer = a_shopper().get(urlsplit(found).path)
    assert answer["Content-Type"] == "image/jpeg"
    with Image.open(io.BytesIO(b"".join(answer.streaming_content))) as image:
        assert (image.format, image.size) == ("JPEG", (1008, 567))
    assert "<img" not in Mail.objects.get().text
    assert letter.picture.used_in() == [letter]


@pytest.mark.slow
def test_a_letter_without_room_for_its_picture_waits_and_one_whose_file_is_gone_goes_without(
    media, monkeypatch
):
    a_subscriber()
    picture = a_picture()
    a_letter(send_from=timezone.now(), picture=picture)
    with monkeypatch.context() as full:
        full.setattr("shop.pictures.storage.WholeFiles._save", no_room)
        assert send_letters() == 0
    assert not Mail.objects.exists()
    picture.file.storage.delete(picture.file.name)
    send_letters(timezone.now() + timedelta(minutes=5))
    assert "<img" not in Mail.objects.get().html


def no_room(*args, **kwargs):
    raise OSError(28, "No space left on device")


def test_a_picture_whose_words_claim_is_refused(media):
    letter = a_letter()
    letter.picture = a_picture("Magnesium relieves restless legs.")
    with pytest.raises(ValidationError, match="can’t stand here"):
        letter.full_clean()


@pytest.mark.slow
def test_the_look_says_who_gets_it_what_is_left_out_and_writes_nothing(media):
    for number in range(3):
        a_subscriber(f"reader{number}@example.org")
    a_subscriber("tom@example.org", "us")
    ask("unconfirmed@example.org")
    Mail.objects.all().delete()
    letter = a_letter(picture=a_picture())
    Publication.objects.filter(
        article__slug="iron-first-questions-for-your-doctor", region__code="uk"
    ).delete()
    client = signed_in("Marketing")
    before = {*media.rglob("*")}
    page = client.get(f"/admin/letters/letter/{letter.pk}/look/").content.decode()
    assert "<b>3</b> readers who confirmed" in page
    assert "1 asked and did not confirm" in page
    assert "Left out: iron-first" in page
    assert "Two articles." in page.partition("<pre")[2], "the plain text is shown too"
    html = client.get(f"/admin/letters/letter/{letter.pk}/look/html/")
    assert "A brass spoon" in html.content.decode()
    assert "sandbox" in html["Content-Security-Policy"]
    assert {*media.rglob("*")} == before, "looking makes no file"
    assert not Mail.objects.exists()


@pytest.mark.slow
def test_from_the_look_it_is_tried_and_sent_once_it_is_said_to_be_read():
    a_subscriber()
    letter, client = a_letter(), signed_in("Marketing")
    page = f"/admin/letters/letter/{letter.pk}/look/"
    client.post(page, {"proof": "1"})
    assert Mail.objects.filter(key__startswith="letter-proof").count() == 1
    assert "Tick that it may go" in client.post(page, {"send": "1"}, follow=True).content.decode()
    letter.refresh_from_db()
    assert letter.send_from is None
    client.post(page, {"send": "1", "sure": "1"})
    send_letters()
    assert Mail.objects.filter(key__startswith=letter_kind()).count() == 1
    assert client.post(page, {"send": "1", "sure": "1"}).status_code == 403, (
        "what has begun is sent no second time"
    )
    assert signed_in("Writer").get(page).status_code == 403


@pytest.mark.slow
def test_what_the_rules_refuse_by_now_or_nobody_would_get_can_not_be_sent():
    letter, client = a_letter(), signed_in("Marketing")
    page = f"/admin/letters/letter/{letter.pk}/look/"
    assert "It can’t go yet" in client.post(page, {"send": "1", "sure": "1"}, follow=True).content.decode()
    a_subscriber()
    Letter.objects.update(words="Magnesium relieves restless legs.")
    assert "It can’t go. " in client.get(page).content.decode()
    client.post(page, {"send": "1", "sure": "1"})
    letter.refresh_from_db()
    assert letter.send_from is None
