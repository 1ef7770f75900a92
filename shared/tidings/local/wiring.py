"""What the local runner reads from template.yaml: functions, queues, and what joins them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tidings.errors import BadInput, NotFound

NO_VALUE = {"Ref": "AWS::NoValue"}
"""What stands for a property that is not there (CloudFormation, pseudo parameters)."""
LOCAL_STACK = "local"
"""The name of the stack that runs on this machine."""


@dataclass(frozen=True)
class QueueSpec:
    """A queue with its redrive policy; both names are logical ids."""

    name: str
    visibility_s: int
    max_receive_count: int | None = None
    dead_letter: str | None = None


@dataclass(frozen=True)
class FunctionSpec:
    """A function; `queue` is the logical id of its SQS event source, if it has one."""

    name: str
    handler: str
    timeout_s: int
    environment: Mapping[str, str]
    queue: str | None = None
    batch_size: int = 10
    memory_mb: int = 128
    """Lambda's megabytes, of 2^20 bytes."""


@dataclass(frozen=True)
class Wiring:
    """The part of the stack that runs locally."""

    functions: Mapping[str, FunctionSpec]
    queues: Mapping[str, QueueSpec]

    def function(self, name: str) -> FunctionSpec:
        """Return a function by its logical id or its stage ("clean").

        Raises:
            NotFound: no such function; the text lists those there are.
        """
        for known in self.functions.values():
            if name.lower() in (known.name.lower(), known.name.removesuffix("Function").lower()):
                return known
        raise NotFound(f"no function {name!r}; there are {', '.join(self.functions)}")


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's tags; `!Ref X` and `!GetAtt X.Arn` become {"Ref": "X"}."""


def _tagged(loader: _Loader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]
    if suffix == "GetAtt":
        return {"Ref": value.split(".")[0] if isinstance(value, str) else value[0]}
    return {suffix: value}


_Loader.add_multi_constructor("!", _tagged)


def default_template() -> Path:
    """Return the template of this checkout.

    Raises:
        NotFound: the package is installed without its checkout.
    """
    path = Path(__file__).parents[3] / "template.yaml"
    if not path.is_file():
        raise NotFound("template.yaml is not beside the package: run from a checkout (pip install -e .)")
    return path


def load_template(path: Path) -> dict[str, Any]:
    """Read a template, tags resolved to plain mappings.

    Raises:
        BadInput: not YAML, or no resources.
    """
    try:
        template = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise BadInput(f"{path}: not YAML: {error}") from None
    if not isinstance(template, dict) or "Resources" not in template:
        raise BadInput(f"{path}: has no Resources")
    return template


def settled(template: Mapping[str, Any], **chosen: str) -> dict[str, Any]:
    """Return a template as it is with these values of its parameters; the others have their defaults.

    What a condition leaves out is not in it, and no condition is: each `!If` is what it comes to.
    """
    told = {name: str(body.get("Default", "")) for name, body in template.get("Parameters", {}).items()} | chosen
    rules = template.get("Conditions", {})
    holds = {name: _holds(rule, rules, told) for name, rule in rules.items()}
    kept = {name: body for name, body in template["Resources"].items() if holds.get(body.get("Condition"), True)}
    found: dict[str, Any] = _chosen({**template, "Resources": kept}, holds)
    return found


def _holds(rule: Any, rules: Mapping[str, Any], told: Mapping[str, str]) -> bool:
    ((kind, parts),) = rule.items()
    if kind == "Condition":
        return _holds(rules[parts], rules, told)
    if kind == "Equals":
        left, right = (told[part["Ref"]] if isinstance(part, dict) else str(part) for part in parts)
        return left == right
    values = [_holds(part, rules, told) for part in parts]
    return not values[0] if kind == "Not" else all(values) if kind == "And" else any(values)


def _chosen(value: Any, holds: Mapping[str, bool]) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"If"}:
            name, one, other = value["If"]
            return _chosen(one if holds[name] else other, holds)
        parts = {name: _chosen(part, holds) for name, part in value.items()}
        return {name: part for name, part in parts.items() if part != NO_VALUE}
    if isinstance(value, list):
        return [part for part in (_chosen(one, holds) for one in value) if part != NO_VALUE]
    return value


def read_wiring(path: Path | None = None, **chosen: str) -> Wiring:
    """Read functions and queues.

    References to resources are kept as logical ids, which are the embedded queues' names; a parameter has the value that is
    `chosen` for it, or its default.

    Raises:
        NotFound: there is no template beside the package.
        BadInput: the file is no template.
    """
    template = settled(load_template(path or default_template()), **chosen)
    found = template["Resources"]
    shared = template.get("Globals", {}).get("Function", {})
    told = {name: str(body["Default"]) for name, body in template.get("Parameters", {}).items() if "Default" in body}
    told |= chosen
    queues = {
        name: _queue(name, body.get("Properties", {})) for name, body in found.items() if body["Type"] == "AWS::SQS::Queue"
    }
    functions = {
        name: _function(name, body["Properties"], shared, told)
        for name, body in found.items()
        if body["Type"] == "AWS::Serverless::Function"
    }
    return Wiring(functions, queues)


def _queue(name: str, properties: Mapping[str, Any]) -> QueueSpec:
    redrive = properties.get("RedrivePolicy", {})
    target = redrive.get("deadLetterTargetArn", {})
    return QueueSpec(
        name=name,
        visibility_s=int(properties.get("VisibilityTimeout", 30)),
        max_receive_count=int(redrive["maxReceiveCount"]) if redrive else None,
        dead_letter=target.get("Ref") if isinstance(target, dict) else None,
    )


def _function(name: str, properties: Mapping[str, Any], shared: Mapping[str, Any], told: Mapping[str, str]) -> FunctionSpec:
    variables = {
        **shared.get("Environment", {}).get("Variables", {}),
        **properties.get("Environment", {}).get("Variables", {}),
    }
    source = next((e["Properties"] for e in properties.get("Events", {}).values() if e["Type"] == "SQS"), None)
    return FunctionSpec(
        name=name,
        handler=str(properties["Handler"]),
        timeout_s=int(properties.get("Timeout", shared.get("Timeout", 3))),
        environment={key: _resolved(value, told) for key, value in variables.items()},
        queue=source["Queue"]["Ref"] if source else None,
        batch_size=int(source.get("BatchSize", 10)) if source else 10,
        memory_mb=int(properties.get("MemorySize", shared.get("MemorySize", 128))),
    )


def _resolved(value: Any, told: Mapping[str, str]) -> str:
    if not isinstance(value, dict):
        return str(value)
    if isinstance(text := value.get("Sub"), str):
        # What names other resources (an ARN, the API's URL) has no meaning here.
        filled = text.replace("${AWS::StackName}", LOCAL_STACK)
        return "" if "${" in filled else filled
    target = str(value.get("Ref", ""))
    return told.get(target, target)
