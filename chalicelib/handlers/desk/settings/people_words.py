"""What roles are called, and what is wrong with a form about somebody of the staff."""

from chalicelib.domain.errors import Invalid, NotAllowed
from chalicelib.domain.permissions import Role
from chalicelib.locales import Say


def people_errors(say: Say, error: Invalid | NotAllowed) -> dict[str, str]:
    """By the field's name."""
    if isinstance(error, NotAllowed):
        last = say("Somebody must be able to manage the staff. Make somebody else an admin first.")
        gone = say("They no longer work here.")
        is_last = error.facts.get("reason") == "last-admin"
        return {"role": last if is_last else gone}
    words = {
        "name": say("Please write a name of at most 200 characters."),
        "mail": say("This is not a mail address."),
        "role": say("Please choose a role."),
        "language": say("There are no pages in this language."),
        "phone": say("A phone number has at most 32 characters."),
    }
    listed = error.facts.get("errors")
    if listed is None:
        return {"mail": say("Somebody has this mail address already.")}
    return {one["field"]: words[one["field"]] for one in listed if one["field"] in words}


def role_words(say: Say) -> dict[Role, str]:
    """Every role and what it is called."""
    return {
        Role.AGENT: say("Agent"),
        Role.COMPLAINT_SPECIALIST: say("Complaint specialist"),
        Role.RETURNS_SPECIALIST: say("Returns specialist"),
        Role.TECHNICIAN: say("Technician"),
        Role.MANAGER: say("Manager"),
        Role.ANALYST: say("Analyst"),
        Role.ADMIN: say("Admin"),
    }
