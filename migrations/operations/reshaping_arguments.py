"""Arguments of operations by which something goes on as something else: shapes alone, checked by pydantic."""

from __future__ import annotations

from pydantic import Field, model_validator

from graph.ontology.document import Element, Name
from migrations.operations.arguments import NamedProperty


class RenamePropertyArguments(Element):
    """Arguments of `rename_property`."""

    type: Name
    property: Name
    to: Name = Field(description="Its name from now on.")


class ConvertPropertyArguments(Element):
    """Arguments of `convert_property`."""

    type: Name
    property: Name
    to: NamedProperty = Field(description="What takes its place, as in the ontology document.")
    values: dict[str, str] = Field(
        default_factory=dict[str, str],
        description="What values become where plain conversion would not do, e.g. {on: 'true', off: 'false'}.",
    )


class RenameTypeArguments(Element):
    """Arguments of `rename_asset_type`."""

    type: Name
    to: Name = Field(description="Its name from now on.")


class RenameRelationshipTypeArguments(Element):
    """Arguments of `rename_relationship_type`."""

    type: Name
    to: Name = Field(description="Its name from now on.")
    reverse: bool = Field(default=False, description="Its ends change places: what was its source is its target.")


class RetypeAssetsArguments(Element):
    """Arguments of `retype_assets`."""

    type: Name
    to: Name | None = Field(default=None, description="What all assets of the type become.")
    by: Name | None = Field(default=None, description="The property that tells what becomes what.")
    cases: dict[str, Name] = Field(
        default_factory=dict[str, str], description="For values of that property, what assets become."
    )
    otherwise: Name | None = Field(default=None, description="What all others become; without it they stay.")
    properties: dict[str, Name] = Field(
        default_factory=dict[str, str], description="Where values go over to, if not to a property of the same name."
    )
    drop: list[Name] = Field(default_factory=list[str], description="Properties whose values are given up.")

    @model_validator(mode="after")
    def one_way(self) -> RetypeAssetsArguments:
        """Refuse what names both one type and cases, or neither."""
        if (self.to is None) is (self.by is None) or (self.by is None) is not (not self.cases):
            raise ValueError("say either `to`, or `by` with `cases`")
        return self


class ReplaceEnumValueArguments(Element):
    """Arguments of `replace_enum_value`."""

    enum: Name
    value: Name
    by: Name = Field(description="The value that takes its place; it must be one of the enum already.")


class RenameEnumArguments(Element):
    """Arguments of `rename_enum`."""

    enum: Name
    to: Name = Field(description="Its name from now on.")


class RenameChannelArguments(Element):
    """Arguments of `rename_channel`."""

    type: Name
    channel: Name
    to: Name = Field(description="Its name from now on.")


class PromotePropertyArguments(Element):
    """Arguments of `promote_property`."""

    type: Name
    property: Name
    to: Name = Field(description="The asset type that its values become assets of.")
    by: Name = Field(description="The relationship type between who had a value and the asset that it became.")


class DemotePropertyArguments(Element):
    """Arguments of `demote_property`."""

    type: Name
    by: Name = Field(description="The relationship type by which the assets are related whose names become values.")
    property: Name = Field(description="The property that gets the values.")
