"""`make audit`: what the shop is made of, under which licences, and which known faults it has.

    make audit            licences and the bill of materials (var/sbom.json, CycloneDX); known faults by pip-audit

Ends with 1 where a package has a known fault or a licence that nobody looked at. Where the index of known faults can't
be reached it says so, and that nothing was looked up.
"""

import json
import re
import subprocess
import sys
import tempfile
import uuid
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+?)(?: ;.*)? \\$")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
# Words of licences that were looked at: they let us serve the shop, and ask no more than that their text stays.
FINE = re.compile(r"MIT|BSD|Apache|ISC|Python Software Foundation|PSF|MPL|Mozilla|LGPL|Lesser|HPND|Unlicense|Zlib|0BSD", re.IGNORECASE)  # fmt: skip
NOT_FINE = re.compile(r"\bA?GPL|Affero", re.IGNORECASE)
UNREACHABLE = (
    "ConnectionError",
    "Could not find a version",
    "Max retries",
    "Temporary failure",
    "ServiceError",
    "Connection",
)


def pinned(text: str) -> dict[str, tuple[str, list[str]]]:
    """By name of a package: its version and the SHA-256 of its files."""
    found: dict[str, tuple[str, list[str]]] = {}
    name = ""
    for line in text.splitlines():
        if begins := PINNED.match(line):
            name = begins[1].lower()
            found[name] = begins[2], []
        elif name and (one := HASH.search(line)):
            found[name][1].append(one[1])
    return found


def licence_of(name: str) -> str:
    """As the installed package says; "" where it says nothing, or is not for this machine."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    own = about.get("License-Expression") or ""
    classified = [
        row.rpartition(" :: ")[2] for row in about.get_all("Classifier") or [] if row.startswith("License ::")
    ]
    said = (about.get("License") or "").strip().splitlines()
    return own or ", ".join(classified) or (said[0][:80] if said else "")


def is_fine(licence: str) -> bool:
    return bool(FINE.search(licence)) and not NOT_FINE.search(
        re.sub(r"LGPL|Lesser General Public|Lesser GPL", "", licence)
    )


def bill(packages: dict[str, tuple[str, list[str]]]) -> dict:
    """A CycloneDX bill of materials."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid4()}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
            "component": {"type": "application", "name": "fellbrook", "bom-ref": "fellbrook"},
        },
        "components": [
            {
                "type": "library",
                "bom-ref": f"pkg:pypi/{name}@{version}",
                "name": name,
                "version": version,
                "purl": f"pkg:pypi/{name}@{version}",
                "licenses": [{"license": {"name": licence_of(name) or "not installed here"}}],
            }
            for name, (version, hashes) in sorted(packages.items())
        ],
    }


def known_faults() -> tuple[bool, str]:
    """(whether it is in order, what to say). pip-audit is installed for this alone."""
    with tempfile.TemporaryDirectory() as folder:
        tool = Path(folder) / "venv"
        steps = [
            [sys.executable, "-m", "venv", str(tool)],
            [str(tool / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", "pip-audit"],
            [str(tool / "bin" / "pip-audit"), "--requirement", str(ROOT / "requirements.txt"), "--require-hashes",
             "--disable-pip", "--progress-spinner", "off", "--timeout", "15"],
        ]  # fmt: skip
        for step in steps:
            done = subprocess.run(step, capture_output=True, text=True)
            said = (done.stdout + done.stderr).strip()
            if (
                done.returncode
                and any(word in said for word in UNREACHABLE)
                and "Known vulnerability" not in said
            ):
                return (
                    True,
                    "NOT LOOKED UP: the index of known faults can’t be reached from here. Run it where it can.",
                )
            if done.returncode:
                return False, said[-3000:]
    missed = said.count("could not be audited")
    if missed:
        return True, f"NOT LOOKED UP for {missed} packages, which the index reached from here does not know."
    return True, said or "No known faults."


def main() -> int:
    packages = pinned((ROOT / "requirements.txt").read_text())
    licences = {name: licence_of(name) for name in packages}
    odd = {name: licence for name, licence in licences.items() if licence and not is_fine(licence)}
    place = ROOT / "var" / "sbom.json"
    place.parent.mkdir(exist_ok=True)
    place.write_text(json.dumps(bill(packages), indent=1))
    for name, licence in sorted(licences.items()):
        print(f"{name} {packages[name][0]}: {licence or 'not installed here'}")
    print(f"\n{len(packages)} packages, in {place.relative_to(ROOT)}.")
    for name, licence in odd.items():
        print(f"A licence to look at: {name}, {licence}")
    fine, words = known_faults()
    print(f"\nKnown faults: {words}")
    return 0 if fine and not odd else 1


if __name__ == "__main__":
    sys.exit(main())
