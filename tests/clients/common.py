"""What the clients share: the program under test and a place of its own for it."""

import contextlib
import os
import subprocess
import sys
import tempfile


def program():
    """The program under test, as tests/clients/run names it."""
    return os.path.abspath(sys.argv[1])


@contextlib.contextmanager
def place():
    """A repository with one commit, and an environment without anything of the person's."""
    with tempfile.TemporaryDirectory() as root:
        here, home = os.path.join(root, "project"), os.path.join(root, "home")
        os.mkdir(here)
        os.mkdir(home)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "XDG_CONFIG_HOME": os.path.join(home, "config"),
            "XDG_STATE_HOME": os.path.join(home, "state"),
            "OLLAMA_HOST": "http://127.0.0.1:1",
            "LANG": "C.UTF-8",
        }
        who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
        for words in [["init", "-q", "-b", "main"], [*who, "commit", "-q", "--allow-empty", "-m", "first"]]:
            subprocess.run(["git", *words], cwd=here, env=environment, check=True)
        yield here, environment
