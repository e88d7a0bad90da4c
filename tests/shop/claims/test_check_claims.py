"""The check from the command line: one text, or a stream of them, and what it ends with."""

import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db
FINE = "One capsule gives 100 mg of magnesium."
BAD = "Magnesium relieves restless legs."


def batch(tmp_path, *lines):
    """(what it ends with, the answers)."""
    file = tmp_path / "batch.jsonl"
    file.write_bytes(
        b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    )
    out, ended = io.StringIO(), 0
    try:
        call_command("check_claims", "--batch", str(file), stdout=out)
    except SystemExit as exit_:
        ended = exit_.code
    return ended, [json.loads(line) for line in out.getvalue().splitlines()]


def asked(text, **more):
    return {"text": text, "region": "uk", **more}


def test_each_line_in_gives_a_line_out(tmp_path):
    ended, rows = batch(
        tmp_path,
        asked(FINE),
        b"",
        asked(BAD, surface="alone"),
        asked("Soothes sore muscles.", region="eu", surface="product", skus=["EPS-CRY-1000"]),
        asked("Do not take it if you have kidney disease.", surface="safety"),
    )
    assert ended == 1
    assert [row["severity"] for row in rows] == ["green", "red", "red", "green"]
    finding = rows[1]["findings"][0]
    assert {"severity", "rule", "phrase", "sentence", "source", "advice", "place"} <= set(finding)


def test_nothing_red_ends_with_nought(tmp_path):
    assert batch(tmp_path, asked(FINE))[0] == 0
    assert batch(tmp_path) == (0, [])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{", "not a line of JSON"),
        (b"\xff\xfe", "not a line of JSON"),
        (b"[" * 100_000, "not a line of JSON"),
        (b"[1]", "not a JSON object"),
        ({"text": FINE}, "“region” must be a text"),
        ({"region": "uk"}, "“text” must be a text"),
        (asked(None), "“text” must be a text"),
        (asked(FINE, surface=["article"]), "“surface” must be a text"),
        (asked(FINE, skus="CIT-CAP-90"), "“skus” must be a list"),
        (asked(FINE, skus=[1]), "“skus” must be a list of texts"),
        (asked(FINE, region="xx"), "no region “xx”"),
        (
            asked(FINE, surface="billboard"),
            "no surface “billboard”; there are article, alone, product, safety",
        ),
        (asked(FINE, skus=["NO-SUCH-1", "CIT-CAP-90"]), "no pack NO-SUCH-1"),
        (asked(FINE, skus=["NUL\0"]), "no pack NUL"),
    ],
)
def test_a_line_that_cannot_be_read_says_so_in_its_place_and_the_rest_goes_on(tmp_path, line, words):
    ended, (first, error, last) = batch(tmp_path, asked(BAD), line, asked(FINE))
    assert ended == 2
    assert (first["severity"], last["severity"]) == ("red", "green")
    assert words in error["error"]
    assert error["line"] == 2


def test_half_a_character_is_no_reason_to_stop(tmp_path):
    ended, rows = batch(tmp_path, b'{"text": "Magnesium relieves restless legs\\ud800.", "region": "uk"}')
    assert (ended, len(rows)) == (1, 1)


def test_a_line_too_long_to_be_held_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr("shop.claims.management.commands.check_claims.MAX_LINE", 200)
    ended, rows = batch(tmp_path, asked("x" * 900), asked(FINE))
    assert ended == 2
    assert "longer than 200 bytes" in rows[0]["error"]
    assert rows[1]["severity"] == "green"


def test_a_batch_is_answered_line_by_line_as_it_comes(monkeypatch, capsys):
    """The second line is not asked for before the first is answered."""

    class Slow(io.RawIOBase):
        sent = 0

        def readline(self, size=-1):
            assert capsys.readouterr().out.count("\n") == (1 if self.sent else 0)
            self.sent += 1
            return json.dumps(asked(FINE)).encode() + b"\n" if self.sent < 4 else b""

    monkeypatch.setattr(sys, "stdin", type("Stdin", (), {"buffer": Slow()}))
    call_command("check_claims", "--batch", "-")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["nowhere.txt", "--region", "uk"], "nowhere.txt can’t be read"),
        ([".", "--region", "uk"], "can’t be read"),
        (["latin.txt", "--region", "uk"], "can’t be read as text"),
        (["fine.txt", "--region", "xx"], "There is no region “xx”"),
        (["fine.txt", "--region", "uk", "--sku", "NO-SUCH-1"], "There is no pack NO-SUCH-1"),
        (["fine.txt"], "Give a file and --region"),
        (["fine.txt", "--region", "uk", "--batch", "fine.txt"], "Give a file and --region"),
        (["--batch", "nowhere.jsonl"], "nowhere.jsonl can’t be read"),
        ([], "Give a file and --region"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_line_and_ends_with_two(tmp_path, monkeypatch, options, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fine.txt").write_text(FINE)
    (tmp_path / "latin.txt").write_bytes("Magnésium".encode("latin-1"))
    with pytest.raises(CommandError, match=words) as error:
        call_command("check_claims", *options)
    assert error.value.returncode == 2
    assert "\n" not in str(error.value)


@pytest.mark.slow
@pytest.mark.parametrize("surface", ["article", "alone", "product", "safety"])
def test_one_text_is_checked_on_each_surface(tmp_path, capsys, surface):
    file = tmp_path / "text.txt"
    file.write_text("\ufeff" + FINE)
    call_command("check_claims", str(file), "--region", "uk", "--surface", surface)
    assert capsys.readouterr().out.startswith("green: 0 found")
