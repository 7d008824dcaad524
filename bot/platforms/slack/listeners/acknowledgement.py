"""Acknowledgements of Slack's requests (pure): all that must be said within three seconds."""

from dataclasses import dataclass

from bot.platforms.slack.api.payloads import Payload, may_be_read, read_message
from bot.platforms.slack.install import uninstall
from bot.platforms.slack.views import modals, tip_form
from bot.platforms.slack.views.elements import BlockKit

_ANSWERED_SUBMISSIONS = (modals.ASK, modals.SHARE, modals.SETTINGS, modals.TIP)
_ANSWERED_BY_BODY = ("url_verification", "ssl_check")


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What Slack is told at once.

    Parameters
    ----------
    body
        Body of the acknowledgement; None for an empty one.
    final
        Whether nothing is left to be answered after the acknowledgement.
    read
        Whether the words are read nonetheless, so that somebody in danger gets the card.
    """

    body: BlockKit | None = None
    final: bool = False
    read: bool = False


def must_precede_acknowledgement(body: Payload) -> bool:
    """Return whether a request is carried out before it is acknowledged.

    The deletion of a workspace's data is: when it fails, Slack sends the event again. So is what the body answers.
    """
    event = body.get("event")
    kind = event.get("type") if isinstance(event, dict) else None
    return body.get("type") in _ANSWERED_BY_BODY or kind in uninstall.EVENTS


def build_acknowledgement(body: Payload) -> Acknowledgement:
    """Return the acknowledgement of a request.

    A submitted view is replaced by a waiting view, so that the modal stays open; on a problem in a field it stays
    instead, with the problem at the field. Talk that is not for the bot is dropped unread.
    """
    if body.get("type") == "view_submission":
        return _acknowledge_submission(body)
    event = body.get("event") or {}
    if event.get("type") in ("message", "app_mention") and read_message(event, bot_user="") is None:
        return Acknowledgement(final=True, read=may_be_read(event))
    return Acknowledgement()


def _acknowledge_submission(body: Payload) -> Acknowledgement:
    callback = (body.get("view") or {}).get("callback_id")
    if callback not in _ANSWERED_SUBMISSIONS:
        return Acknowledgement()
    if callback == modals.TIP and (found := tip_form.find_problems(dict(body))):
        return Acknowledgement({"response_action": "errors", "errors": found}, final=True, read=True)
    return Acknowledgement({"response_action": "update", "view": modals.build_waiting_view()})
