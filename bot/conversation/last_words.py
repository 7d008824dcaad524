"""The words before a question back: in memory, for half an hour at most, so that a detail is read with them."""

from cachetools import TTLCache

from bot.message import Place

_HELD_SECONDS = 1_800
_MOST_HELD = 1_000
_MOST_CHARACTERS = 1_000
Key = tuple[str, str]


class LastWords:
    """The last words of each thread that a question back was asked about; never words that tell of danger or strain."""

    def __init__(self) -> None:
        self._held: TTLCache[Key, str] = TTLCache(_MOST_HELD, _HELD_SECONDS)

    def keep(self, place: Place, text: str) -> None:
        """Hold the words of a thread, in place of those before."""
        self._held[_key(place)] = text[:_MOST_CHARACTERS]

    def find(self, place: Place) -> str:
        """Return the words of a thread; empty where none are held any more."""
        return self._held.get(_key(place), "")

    def drop(self, place: Place) -> None:
        """Forget the words of a thread."""
        self._held.pop(_key(place), None)


def _key(place: Place) -> Key:
    return place.key, place.thread
