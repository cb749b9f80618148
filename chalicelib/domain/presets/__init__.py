"""What the law and good practice give a shop to begin with, as data with its sources."""

from functools import cache
from importlib import resources

from pydantic import TypeAdapter

from chalicelib.domain.errors import Invalid
from chalicelib.domain.forms import Form
from chalicelib.domain.presets.legal import LegalPreset
from chalicelib.domain.presets.withdrawal import WithdrawalFunction

DEFAULT_LEGAL_PRESET = "CN-7D-NOREASON"
"""The no-reason window a shop has until it chooses another (RET-08)."""


def legal_preset(preset_id: str) -> LegalPreset:
    """Raises `Invalid`, field `preset`, for an id that is none."""
    preset = legal_presets().get(preset_id)
    if preset is None:
        raise Invalid(f"there is no legal preset {preset_id!r}", field="preset")
    return preset


def form_preset(form_id: str) -> Form:
    """Raises `Invalid`, field `form`, for an id that is none."""
    form = form_presets().get(form_id)
    if form is None:
        raise Invalid(f"there is no form {form_id!r}", field="form")
    return form


@cache
def legal_presets() -> dict[str, LegalPreset]:
    """All of them by id."""
    presets = TypeAdapter(tuple[LegalPreset, ...]).validate_json(_data("legal.json"))
    return {preset.id: preset for preset in presets}


@cache
def withdrawal_function() -> WithdrawalFunction:
    return WithdrawalFunction.model_validate_json(_data("withdrawal.json"))


@cache
def form_presets() -> dict[str, Form]:
    """All of them by id, each in its newest version."""
    forms = TypeAdapter(tuple[Form, ...]).validate_json(_data("forms.json"))
    return {form.id: form for form in forms}


def _data(name: str) -> bytes:
    return resources.files(__name__).joinpath(name).read_bytes()
