"""What the tests tell the settings, before those are read: the sandbox, a folder of their own, no .env."""

import os
import tempfile

os.environ["ENV_FILE"] = ""
os.environ["PAYMENTS"] = "sandbox"
os.environ["SITE_URL"] = "http://127.0.0.1:8000"
os.environ["SECRET_KEY"] = "only-for-tests-only-for-tests-only-for-tests-only-for-tests"
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="fellbrook-test-")
os.makedirs(os.path.join(os.environ["DATA_DIR"], "static"))
os.environ["DATABASE_POOL"] = "0"
os.environ["SECOND_FACTOR_GRACE_DAYS"] = "3650"
os.environ["LOG_LEVEL"] = "CRITICAL"
for name in ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "EMAIL_URL", "REDIS_URL", "DEBUG", "SANDBOX_URL",
             "METRICS_TOKEN", "SENTRY_DSN", "LOG_FORMAT"):  # fmt: skip
    os.environ.pop(name, None)
os.environ.pop("DATABASE_URL", None)
if "TEST_DATABASE_URL" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
