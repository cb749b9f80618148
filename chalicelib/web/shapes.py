"""What answers are made of."""

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """A part of an answer. Built when it is first used, so that starting stays quick."""

    model_config = ConfigDict(defer_build=True)
