"""Which migrations the last release ends with: what comes after them must let its code run beside ours.

Run as a script when a version is released: it writes the present last migration of each app down as the baseline.
"""

import json
import os
import sys
from pathlib import Path

FILE = Path(__file__).with_name("released.json")


def baseline() -> list[tuple[str, str]]:
    """(app, last migration) of each app of the last release."""
    return sorted(json.loads(FILE.read_text()).items())


def write() -> None:
    from django.conf import settings
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    own = {app for app, module in ((key[0], type(node).__module__) for key, node in loader.disk_migrations.items())
           if module.startswith(("shop.", "articles.", "config."))}  # fmt: skip
    leaves = {app: name for app, name in loader.graph.leaf_nodes() if app in own}
    FILE.write_text(json.dumps(dict(sorted(leaves.items())), indent=1) + "\n")
    print(f"{FILE.relative_to(settings.BASE_DIR)}: {len(leaves)} apps")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import tests.support.environment  # noqa: F401

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    write()
