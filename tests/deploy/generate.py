"""``make manifests``: write the generated parts of deploy/ anew.

The alerts as a manifest, the ways to the web that the guard leaves open as a network policy, and the dashboard.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from deploy.dashboard import dashboard
from deploy.network import archive_policy, web_policy
from support.alerts import ROOT, RULES

DEPLOY: Final = ROOT / "deploy"
_KUBERNETES: Final = DEPLOY / "kubernetes"


def generated() -> dict[Path, str]:
    """Each generated file with the text that the code gives it now."""
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    rules = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "newswire"},
        "spec": {"groups": groups},
    }
    return {
        DEPLOY / "grafana" / "newswire.json": dashboard(),
        _KUBERNETES / "components" / "monitoring" / "rules.yaml": _manifest("deploy/prometheus", rules),
        _KUBERNETES / "base" / "network-policy-web.yaml": _manifest("adapters/http/guard.py", web_policy()),
        _KUBERNETES / "components" / "archive" / "network-policy.yaml": _manifest(
            "adapters/http/guard.py", archive_policy()
        ),
    }


def _manifest(source: str, content: Mapping[str, Any]) -> str:
    body = yaml.safe_dump(content, sort_keys=False, width=1000, allow_unicode=True)
    return f"# Generated from {source} by `make manifests`: change it there.\n{body}"


if __name__ == "__main__":
    for path, text in generated().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"{path.relative_to(ROOT)} is written anew")
