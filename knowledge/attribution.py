"""Attribution of a quote in one line, the same in the knowledge and in a reply."""


def format_attribution(
    author: str | None, title: str, publisher: str | None, date: str | None, speaker: str | None = None
) -> str:
    """Return author, title, publisher and date in one line; what is not known is left out.

    Parameters
    ----------
    speaker
        Whose words they are, where the source reports somebody else than its author.
    """
    line = ", ".join(part for part in (author, f"“{title}”", publisher, date) if part)
    return f"{speaker}, as reported in {line}" if speaker else line
