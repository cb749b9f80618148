"""Keys of the staff's pages: each presses a link or a button that is there to see, and none is
needed. They never fire in a field, and each person can switch them off (WCAG 2.1.4)."""

KEYS: dict[str, str] = {
    "search": "/",
    "keys": "?",
    "today": "g d",
    "tickets": "g t",
    "returns": "g r",
    "calls": "g c",
    "bench": "g b",
    "figures": "g f",
    "next": "j",
    "previous": "k",
    "open": "Enter",
    "reply": "r",
    "note": "n",
    "macro": ";,；",
    "mine": "a",
    "wait": "s",
    "send": "Mod+Enter",
    "send_and_resolve": "Mod+Shift+Enter",
    "undo": "u",
    "first": "1",
    "second": "2",
    "third": "3",
    "fourth": "4",
    "missing": "m",
}
"""What is pressed for what. `Mod` is Ctrl, on a Mac Command; a blank stands between keys pressed
one after the other, a comma between two that do the same."""
