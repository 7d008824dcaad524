"""Figures for Prometheus that each process counts for itself; docs/privacy.md says what is left out, and why."""

from typing import Literal, get_args

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from bot.message import ClarifyReply, LessonReply, Platform, Reply, TextReply

CONTENT_TYPE = CONTENT_TYPE_LATEST
AnswerKind = Literal["lesson", "clarify", "out-of-scope"]
DeliveryOutcome = Literal["posted", "missed", "refused", "unknown"]
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)  # seconds
_PLATFORMS = [platform for platform in get_args(Platform) if platform != "terminal"]


class Metrics:
    """Counters of one process: answers, the seconds that they took, and deliveries by outcome."""

    def __init__(self) -> None:
        # The library's shared registry adds the CPU seconds of the process, which rise with answers not counted too.
        self._registry = CollectorRegistry()
        self._answers = Counter(
            "small_steps_answers",
            "Messages answered with a lesson, a question back or nothing found.",
            ["platform", "kind"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "small_steps_answer_seconds",
            "Seconds from such a message to its answer, before the platform is called.",
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._deliveries = Counter(
            "small_steps_deliveries",
            "Daily tips and reminders that this process ended, by outcome.",
            ["platform", "outcome"],
            registry=self._registry,
        )
        for platform in _PLATFORMS:  # so that every series begins at zero, at the start of the process
            for kind in get_args(AnswerKind):
                self._answers.labels(platform, kind)
            for outcome in get_args(DeliveryOutcome):
                self._deliveries.labels(platform, outcome)

    def record_answer(self, platform: Platform, reply: Reply, seconds: float) -> None:
        """Count the answer to a message, unless it is of a kind that is not counted. See `_kind_of`."""
        if kind := _kind_of(reply):
            self._answers.labels(platform, kind).inc()
            self._seconds.observe(seconds)

    def record_delivery(self, platform: Platform, outcome: DeliveryOutcome) -> None:
        """Count a daily tip or a reminder that ended."""
        self._deliveries.labels(platform, outcome).inc()

    def render(self) -> str:
        """Return the figures in the text format of Prometheus."""
        return generate_latest(self._registry).decode()


def _kind_of(reply: Reply) -> AnswerKind | None:
    """Return the kind under which an answer is counted; None for one that leaves no trace in any figure.

    A count of handovers, read every second, would tell when somebody was in distress. So a handover is in no count,
    sum or histogram, and neither are greetings, help, commands and the like: if everything else were counted, the
    messages that are missing from the count would be the handovers.
    """
    match reply:
        case LessonReply():
            return "lesson"
        case ClarifyReply():
            return "clarify"
        case TextReply(intent="out-of-scope"):
            return "out-of-scope"
    return None
