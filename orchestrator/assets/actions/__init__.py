"""What is done with assets: each verb with its permission, its write and its line in the trail."""

from __future__ import annotations

from orchestrator.assets.actions.aliases import move_alias, put_live_first, remove_alias, roll_back_alias
from orchestrator.assets.actions.cards import archive_asset, change_card, restore_asset
from orchestrator.assets.actions.exporting import export_register
from orchestrator.assets.actions.looking import Look, look_at_file, look_at_server
from orchestrator.assets.actions.registering import create_asset, register_asset
from orchestrator.assets.actions.versions import register_version

__all__ = [
    "Look",
    "archive_asset",
    "change_card",
    "create_asset",
    "export_register",
    "look_at_file",
    "look_at_server",
    "move_alias",
    "put_live_first",
    "register_asset",
    "register_version",
    "remove_alias",
    "restore_asset",
    "roll_back_alias",
]
