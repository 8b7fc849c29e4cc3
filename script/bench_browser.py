"""Headless Chromium, spoken to through chromedriver (W3C WebDriver: JSON over HTTP)."""
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
# A browser that asks nobody but the site; what is played needs no hand.
ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
    "--mute-audio", "--lang=ko", "--window-size=1280,800",
]


def program(variable, names):
    return os.environ.get(variable) or next(filter(None, map(shutil.which, names)), None)


def programs(install):
    """Paths of the browser and its driver, None for what is missing; `install` gets packages."""
    def found():
        return program("CHROMIUM", NAMES), program("CHROMEDRIVER", ["chromedriver"])

    if not all(found()):
        install("chromium", "chromium-driver")
    return found()


class Browser:
    """A window with an empty profile; its processes live where this one was made."""

    def __init__(self, browser, driver):
        self.profile = tempfile.TemporaryDirectory(prefix="madang-bench-chromium", ignore_cleanup_errors=True)
        self.process = subprocess.Popen(
            [driver, "--port=0", "--allowed-ips=127.0.0.1"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, start_new_session=True, env=os.environ | {"LC_ALL": "C.UTF-8"})
        try:
            said = next(filter(None, (re.search(r"successfully on port (\d+)", line) for line in self.process.stdout)), None)
            if not said:
                raise RuntimeError("chromedriver does not start")
            self.port, self.session = int(said[1]), ""
            options = {"binary": browser, "args": [*ARGUMENTS, f"--user-data-dir={self.profile.name}"],
                       "prefs": {"intl.accept_languages": "ko-KR,ko"}}
            made = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}})
            self.session = f"/session/{made['sessionId']}"
        except BaseException:
            self.end()
            raise

    def ask(self, method, path, wish=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request(method, path, None if wish is None else json.dumps(wish), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        value = json.loads(answer.read())["value"]
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"chromedriver: {value['error']}: {value['message'].splitlines()[0]}")
        return value

    def visit(self, url):
        self.ask("POST", f"{self.session}/url", {"url": url})

    def click(self, selector):
        """As a hand would, in the middle of it."""
        [element] = self.ask("POST", f"{self.session}/element", {"using": "css selector", "value": selector}).values()
        self.ask("POST", f"{self.session}/element/{element}/click", {})

    def run(self, script, *arguments):
        return self.ask("POST", f"{self.session}/execute/sync", {"script": script, "args": list(arguments)})

    def devtools(self, command, **wish):
        return self.ask("POST", f"{self.session}/goog/cdp/execute", {"cmd": command, "params": wish})

    def end(self):
        # The driver alone would leave its browser behind; the group has them both.
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()
        self.profile.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.end()
