"""`make run` and `make test` start here, with whatever Python the machine has and nothing installed.

Only the standard library, and syntax that old Pythons can read, so that even they get a clear line.
"""

from __future__ import print_function

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "This shop needs Python 3.11 or newer; %s is %d.%d. Name another: make run PYTHON=python3.12"
        % ((sys.executable or "this Python",) + tuple(sys.version_info[:2]))
    )

import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
ENV_FILE = ROOT / ".env"
TEST_CARDS = [
    ("4242 4242 4242 4242", "is paid"),
    ("4000 0000 0000 0002", "is declined"),
    ("4000 0000 0000 9995", "has no funds"),
    ("4000 0025 0000 3155", "asks for 3-D Secure"),
]


def say(text):
    print(text, flush=True)


def stop(text):
    sys.exit(text)


# --- setting up -------------------------------------------------------------------------------------------------


def fingerprint(names):
    digest = hashlib.sha256(sys.version.encode())
    for name in names:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def make_venv(names):
    """A virtual environment with the packages of the named requirement files, made or brought up to date."""
    stamp = VENV / "installed.sha256"
    wanted = fingerprint(names)
    have = stamp.read_text().split() if stamp.is_file() else []
    if wanted in have and PYTHON.exists():
        return
    if not PYTHON.exists():
        try:
            import ensurepip  # noqa: F401
            import venv  # noqa: F401
        except ImportError:
            stop("Python's venv module is missing. On Debian or Ubuntu: sudo apt install python3-venv")
        say("Making a virtual environment in .venv ...")
        done = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
        if done.returncode:
            shutil.rmtree(VENV, ignore_errors=True)
            stop("The virtual environment could not be made: " + (done.stderr or done.stdout).strip()[-400:])
    say("Installing packages (a minute or two, once) ...")
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes"]
    for name in names:
        command += ["-r", name]
    lines = []
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        for line in pip.stdout:
            lines.append(line)
            if line.startswith("Collecting "):
                say("  " + line.split()[1].split("==")[0])
    if pip.returncode:
        text = "".join(lines)
        if "onnection" in text or "Name or service" in text or "No matching distribution" in text:
            stop("Packages could not be downloaded: is there a network? Run the same command again.")
        stop("Packages could not be installed:\n" + text[-800:])
    stamp.write_text("\n".join([wanted, fingerprint(["requirements.txt"])]))


def check_writable():
    try:
        probe = ROOT / ".write-probe"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        stop("This folder can't be written to (%s), and the shop keeps its data here." % error.strerror)


def write_env_file():
    """The local .env: the sandbox and a secret of its own. Never overwritten."""
    if ENV_FILE.exists():
        return
    ENV_FILE.touch(mode=0o600)
    ENV_FILE.write_text("PAYMENTS=sandbox\nSECRET_KEY=%s\n" % secrets.token_urlsafe(50))


def is_in_env_file(name):
    """What stands there is the shop owner's word: nothing here may win over it."""
    return ENV_FILE.is_file() and any(
        line.strip().startswith(name + "=") for line in ENV_FILE.read_text().splitlines()
    )


FOR_A_DEMONSTRATION = {
    "SECOND_FACTOR_GRACE_DAYS": "3650",  # the printed password is enough
    "ALLOWED_HOSTS": "localhost",  # passkeys want a name; 127.0.0.1 is none
}


# --- running --------------------------------------------------------------------------------------------------------


def check_port(port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            stop("Port %d is taken by another program. Choose another: make run PORT=%d" % (port, port + 1))


def prepare(environment):
    say("Preparing the database, the content and the static files ...")
    done = subprocess.run([str(PYTHON), "manage.py", "prepare"], cwd=ROOT, env=environment)
    if done.returncode:
        stop("The shop could not be prepared; the reason stands above.")


def wait_for_web(url, processes):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(300):
        if any(process.poll() is not None for process in processes):
            return False
        try:
            with opener.open(url + "/readyz", timeout=5):
                return True
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    return False


def welcome(url, data_dir):
    say("\nThe shop is open:   %s/" % url)
    password = data_dir / "admin-password.txt"
    if password.is_file():
        say("Staff sign in at:   %s/admin/   as admin, password %s" % (url, password.read_text().strip()))
    else:
        say("Staff sign in at:   %s/admin/" % url)
    say("Test cards (any future date, any CVC):")
    for number, what in TEST_CARDS:
        say("  %s  %s" % (number, what))
    say("Ctrl-C ends everything.\n")


def run(port):
    check_writable()
    check_port(port)
    make_venv(["requirements.txt"])
    write_env_file()
    environment = dict(os.environ)
    url = environment.setdefault("SITE_URL", "http://127.0.0.1:%d" % port)
    environment.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    for name, value in FOR_A_DEMONSTRATION.items():
        if not is_in_env_file(name):
            environment.setdefault(name, value)
    data_dir = Path(environment.get("DATA_DIR") or ROOT / "var")
    prepare(environment)
    web = [
        str(VENV / "bin" / "gunicorn"), "config.wsgi:application",
        "--bind", "127.0.0.1:%d" % port, "--workers", "1", "--threads", "8", "--log-level", "warning",
        "--worker-class", "config.connections.worker.WholeRequests",
        "--worker-tmp-dir", "/dev/shm" if os.path.isdir("/dev/shm") else str(data_dir),
    ]  # fmt: skip
    worker = [str(PYTHON), "manage.py", "work"]
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
        for command in (web, worker)
    ]

    def end(*_):
        raise KeyboardInterrupt

    endings = [signal.SIGTERM, signal.SIGINT]  # a shell that starts us in the background has SIGINT ignored
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup means to stay
        endings.append(signal.SIGHUP)
    for number in endings:
        signal.signal(number, end)
    try:
        if wait_for_web("http://127.0.0.1:%d" % port, processes):
            welcome(url, data_dir)
            while all(process.poll() is None for process in processes):
                time.sleep(0.3)
        say("A part of the shop ended by itself; ending the rest.")
    except KeyboardInterrupt:
        say("\nClosing the shop ...")
        return 0
    finally:
        for number in endings:
            signal.signal(number, signal.SIG_IGN)
        for process in processes:
            if process.poll() is None:
                process.terminate()
        for process in processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
    return 1


def main(arguments):
    os.chdir(ROOT)
    command = arguments[0] if arguments else "run"
    if command == "venv":
        check_writable()
        make_venv(["requirements.txt", "requirements-dev.txt"])
        return 0
    port = os.environ.get("PORT") or "8000"
    if not port.isdigit() or not 0 < int(port) < 65536:
        stop("PORT is %r; it must be a number such as 8000." % port)
    return run(int(port))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
