"""Refused questions that somebody may send to the editors: redacted, shown before they go, in memory until then."""

import secrets

from cachetools import TTLCache

from bot.actions import SendQuestion, ShowQuestion
from bot.conversation.ports import UnansweredQuestionsPort
from bot.message import Choice, TextReply

_HELD_SECONDS = 1_800
_MOST_HELD = 1_000


class KeptQuestions:
    """Offers, shows and sends refused questions, where the operator keeps them.

    Parameters
    ----------
    unanswered
        Redacts and keeps questions; None where nothing is kept.
    """

    def __init__(self, unanswered: UnansweredQuestionsPort | None) -> None:
        self._unanswered = unanswered if unanswered and unanswered.days else None
        self._held: TTLCache[str, str] = TTLCache(_MOST_HELD, _HELD_SECONDS)

    def offer(self, text: str) -> tuple[Choice, ...]:
        """Return the button that shows what the editors would get; none where too little of a text may be kept.

        Parameters
        ----------
        text
            Normalised, of a message that needs no care.
        """
        redacted = self._unanswered.redact(text) if self._unanswered else ""
        if not redacted:
            return ()
        question = secrets.token_urlsafe(9)
        self._held[question] = redacted
        return (Choice(ShowQuestion(question), "Tell the editors"),)

    def show(self, question: str) -> TextReply:
        """Return what the editors would get of a question, word for word, with the button that sends it."""
        redacted = self._held.get(question)
        if redacted is None or self._unanswered is None:
            return _gone()
        kept = f"{self._unanswered.days} day{'s' if self._unanswered.days != 1 else ''}"
        return TextReply(
            "notice",
            (
                "The editors write the lessons. This is all that they would get, and nobody’s name with it:",
                f"“{redacted}”",
                f"It is kept for {kept}. Nothing is sent until you press.",
            ),
            choices=(Choice(SendQuestion(question), "Send it"),),
        )

    async def send(self, question: str) -> TextReply:
        """Return the notice that a question went to the editors; a second press sends nothing."""
        redacted = self._held.pop(question, None)
        if redacted is None or self._unanswered is None:
            return _gone()
        try:
            await self._unanswered.send(redacted)
        except Exception:
            self._held[question] = redacted  # not sent: it may be pressed again
            raise
        return TextReply("notice", ("It is with the editors, as you saw it. Thank you: lessons get written that way.",))


def _gone() -> TextReply:
    return TextReply(
        "notice",
        (
            "I no longer have those words. I hold them for half an hour, in memory alone, and let them go once they "
            "are sent. Ask once more, and you can send them then.",
        ),
    )
