"""The messenger and the tip poster, which post to Teams unasked."""
