"""All guards that can be taken out, by their names."""

from tests.mutants import (
    agenda,
    commits,
    doors,
    forgetting,
    lanes,
    lists,
    logs,
    packaging,
    photos,
    restoring,
    returns,
    sending,
    staff,
    strangers,
    surveys,
    tickets,
    webhooks,
)

SUBJECTS = (
    commits,
    agenda,
    lanes,
    webhooks,
    sending,
    tickets,
    returns,
    surveys,
    staff,
    lists,
    doors,
    strangers,
    logs,
    packaging,
    photos,
    restoring,
    forgetting,
)

GUARDS = {name: guard for subject in SUBJECTS for name, guard in subject.GUARDS.items()}
