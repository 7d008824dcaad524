"""The words before a question back or a lesson: in memory, half an hour at most, to read what follows with them."""

from cachetools import TTLCache

from bot.message import Place

_HELD_SECONDS = 1_800
_MOST_HELD = 1_000
_MOST_CHARACTERS = 1_000
Key = tuple[str, str]


class LastWords:
    """The last words of each thread that told of a problem; never words that tell of danger or strain."""

    def __init__(self) -> None:
        self._held: TTLCache[Key, str] = TTLCache(_MOST_HELD, _HELD_SECONDS)
        self._fine: TTLCache[tuple[str, str, str], bool] = TTLCache(_MOST_HELD, _HELD_SECONDS)

    def keep(self, place: Place, text: str, *, adds: bool = False) -> None:
        """Hold the words of a thread, in place of those before, or after them where they add to them."""
        text = text[:_MOST_CHARACTERS]
        before = self.find(place)[: max(0, _MOST_CHARACTERS - len(text))] if adds else ""
        self._held[_key(place)] = f"{before.rstrip(' .')}. {text}" if before else text

    def find(self, place: Place) -> str:
        """Return the words of a thread; empty where none are held any more."""
        return self._held.get(_key(place), "")

    def take_at_their_word(self, place: Place, person: str) -> None:
        """Hold that a person said that nobody is in need, in a thread; in memory alone, as the words are."""
        self._fine[(*_key(place), person)] = True

    def is_taken_at_their_word(self, place: Place, person: str) -> bool:
        """Return whether a person said in a thread, in the last half hour, that nobody is in need."""
        return (*_key(place), person) in self._fine

    def doubt(self, place: Place, person: str) -> None:
        """Take a person no longer at their word, since what they wrote tells of danger."""
        self._fine.pop((*_key(place), person), None)

    def drop(self, place: Place) -> None:
        """Forget the words of a thread."""
        self._held.pop(_key(place), None)


def _key(place: Place) -> Key:
    return place.key, place.thread
