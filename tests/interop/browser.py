# SPDX-License-Identifier: Apache-2.0
"""A headless Chromium on one of our pages (browser/drive.mjs)."""
import json
import os
import pathlib
import selectors
import shutil
import subprocess
import time

from checks import Failed, Skipped
from peers import die_with_the_test

FOLDER = pathlib.Path(__file__).parent / "browser"


def need_browser():
    """Skipped where node, the npm part or Chromium is missing."""
    if not shutil.which("node"):
        raise Skipped("there is no node")
    if not pathlib.Path(os.environ.get("CHROMIUM", "/usr/bin/chromium")).exists():
        raise Skipped("there is no Chromium")
    if not (FOLDER / "node_modules/playwright-core").exists():
        raise Skipped("playwright-core is not installed: npm ci in tests/interop/browser (tests/run does it)")


class Browser:
    """Use as a context. `page`: a file in browser/ or an address; `start`: what runs it, such as `ip netns exec NAME`;
    `arguments`: of Chromium beside its usual ones; `display`: an X screen that shows it."""

    def __init__(self, stage, page, limit_s=30, start=(), arguments=(), display=None):
        need_browser()
        self.limit_s = limit_s
        self.said = stage.folder / "browser.err"
        file = FOLDER / page
        environment = {**os.environ, **({"HEADED": "1", "DISPLAY": display} if display else {})}
        with open(self.said, "wb") as err:
            self.popen = subprocess.Popen(
                [*start, "node", str(FOLDER / "drive.mjs"), str(file if file.exists() else page), *arguments], cwd=FOLDER,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=err, env=environment,
                preexec_fn=die_with_the_test)

    def __enter__(self):
        self.name = self._answer("start")["browser"]
        return self

    def __exit__(self, *_):
        self.popen.stdin.close()  # It closes its browser and goes.
        try:
            self.popen.wait(5)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()

    def call(self, name, **given):
        """What the page's function answers; Failed where it throws or is silent for too long."""
        return self._ask(name, call=name, input=given)

    def do(self, method, *given):
        """What a person does on the page: a method of playwright's Page."""
        return self._ask(method, do=method, input=given)

    def _ask(self, what, **line):
        self.popen.stdin.write((json.dumps(line) + "\n").encode())
        self.popen.stdin.flush()
        return self._answer(what)

    def _answer(self, what):
        answer = json.loads(self._line(what))
        if "error" in answer:
            raise Failed(f"the browser refuses {what}: {answer['error']}")
        return answer["result"]

    def _line(self, what):
        deadline = time.monotonic() + self.limit_s
        line = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self.popen.stdout, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if not selector.select(max(0, deadline - time.monotonic())):
                    raise Failed(f"the browser did not answer {what} within {self.limit_s} s")
                part = os.read(self.popen.stdout.fileno(), 65536)
                if not part:
                    raise Failed(f"the browser ended at {what}:\n{self.said.read_text(errors='replace')[-2000:]}")
                line += part
        return line
