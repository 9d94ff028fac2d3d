"""How changes are agreed: what a project asks of its versions, and who said yes to them."""

from migrations.governance.settings import FILE, Governance, LintSettings, load_governance

__all__ = ["FILE", "Governance", "LintSettings", "load_governance"]
