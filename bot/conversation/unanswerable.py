"""Questions about a lesson that no part of it answers: how long, which first, who, a template; and the nearest part."""

from dataclasses import dataclass

from bot.actions import Part
from bot.conversation.phrase_book import load_phrases
from bot.conversation.wording import fold


@dataclass(frozen=True, slots=True)
class Unanswerable:
    """A question that no part answers.

    Parameters
    ----------
    sentence
        Says so, in one line.
    part
        The part that comes nearest.
    about_time
        Whether it asks how long; a step may say for how many minutes it is.
    """

    sentence: str
    part: Part
    about_time: bool = False


_QUESTIONS = {
    "how_long": Unanswerable("The lesson does not say how long it takes.", "how", about_time=True),
    "how_often": Unanswerable("The lesson does not say how often.", "how"),
    "which_first": Unanswerable(
        "The lesson does not weigh its steps; they stand in the order in which to do them.", "how"
    ),
    "who": Unanswerable("The lesson names nobody. How it is done may tell you who has to be there.", "how"),
    "why_they": Unanswerable("The lesson does not say why they do.", "evidence"),
    "how_many": Unanswerable("The lesson gives no number.", "how"),
    "too_stiff": Unanswerable("Then put it in your own words; what matters is the point.", "brief"),
    "template": Unanswerable("I have no template.", "say"),
}


def read_unanswerable(text: str) -> Unanswerable | None:
    """Return what a turn asks that no part of a lesson answers; None for any other turn.

    Parameters
    ----------
    text
        Normalised.
    """
    folded = fold(text)
    return next((_QUESTIONS[one.means] for one in load_phrases("unanswered") if one.pattern.search(folded)), None)
