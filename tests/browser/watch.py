"""What goes wrong in a browser without a person seeing it: errors in the console, refused or failed requests."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

# The account library says "nobody is signed in" in this way; the sign-in page asks it for the CSRF cookie.
NOBODY_IS_SIGNED_IN = (401, "/_allauth/browser/v1/auth/session")
# The browser's own words about an answer that is looked at as an answer.
ABOUT_AN_ANSWER = "Failed to load resource"
NO_LINE = "net::ERR_INTERNET_DISCONNECTED"


class Watch:
    """Listens to every page of a test. A provoked refusal is announced with `expect_answer`; it has to come then."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._found: list[str] = []
        self._answers: list[tuple[int, str]] = []
        self._expected: list[tuple[int, str]] = []
        self._cut = False

    def follow(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)

    def expect_answer(self, status: int, ending: str) -> None:
        """The test makes the server answer with `status` at an address that ends so."""
        self._expected.append((status, ending))

    def expect_cut(self) -> None:
        """The test takes the browser off the network."""
        self._cut = True

    def findings(self) -> list[str]:
        missing = [
            f"expected but never came: {status} {ending}"
            for status, ending in self._expected
            if not any(_same(answer, (status, ending)) for answer in self._answers)
        ]
        known = [*self._expected, NOBODY_IS_SIGNED_IN]
        refused = [
            f"answer {status} of {path}"
            for status, path in self._answers
            if not any(_same((status, path), one) for one in known)
        ]
        return [*self._found, *refused, *missing]

    def _console(self, message: ConsoleMessage) -> None:
        cut = self._cut and NO_LINE in message.text
        if message.type == "error" and ABOUT_AN_ANSWER not in message.text and not cut:
            self._found.append(f"console: {message.text}")

    def _error(self, error: WebError) -> None:
        self._found.append(f"page: {error.error}")

    def _failed(self, request: Request) -> None:
        # What was under way when a page was left is given up, which is no failure.
        known = ("net::ERR_ABORTED", NO_LINE) if self._cut else ("net::ERR_ABORTED",)
        if request.url.startswith(self._address) and request.failure not in known:
            self._found.append(f"request: {request.method} {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.url.startswith(self._address):
            self._answers.append((response.status, urlsplit(response.url).path))


def _same(answer: tuple[int, str], expected: tuple[int, str]) -> bool:
    return answer[0] == expected[0] and answer[1].endswith(expected[1])
