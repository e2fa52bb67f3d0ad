"""Parameter Store: GetParametersByPath with paging, GetParameters with selectors."""

import re
import time
from dataclasses import dataclass, field

from .aws_json import JsonService
from .sigv4 import Refusal

ACCOUNT = "123456789012"
BY_PATH_MEMBERS = {"Path", "WithDecryption", "Recursive", "MaxResults", "NextToken", "ParameterFilters"}


@dataclass
class Parameter:
    name: str
    value: str
    type: str = "SecureString"
    version: int = 1
    labels: list = field(default_factory=list)
    older: dict = field(default_factory=dict)  # version -> value


class Ssm(JsonService):
    name = "ssm"
    signing_name = "ssm"
    target_prefix = "AmazonSSM."

    def forget(self):
        super().forget()
        self.regions = {}
        self.page_size = 10
        self.names_as_arn = False

    def put(self, name, value, region=None, secret=True, **fields):
        """Stores a parameter; its value is searched for in everything antechamber prints."""
        if secret:
            self.world.plant(value)
        for old in fields.get("older", {}).values():
            self.world.plant(old)
        region = region or self.world.region
        parameter = Parameter(name, value, **fields)
        self.regions.setdefault(region, {})[name] = parameter
        return parameter

    def put_many(self, path, count, stem="key"):
        """So many parameters; returns the variables that have to come of them."""
        variables = {}
        for i in range(count):
            value = f"{self.world.marker}-{stem}-{i:04d}"
            self.put(f"{path}{stem}-{i:04d}", value)
            variables[f"{stem}-{i:04d}".upper().replace("-", "_")] = value
        return variables

    @property
    def pages(self):
        return [r.json for r in self.requests if r.operation == "GetParametersByPath"]

    def arn(self, name, region):
        return f"arn:aws:ssm:{region}:{ACCOUNT}:parameter/{name.lstrip('/')}"

    def render(self, parameter, region, decrypted, value=None, version=None):
        if value is None:
            value = parameter.value
        if parameter.type == "SecureString" and not decrypted:
            value = "kms:alias/aws/ssm:still encrypted"
        return {
            "Name": self.arn(parameter.name, region) if self.names_as_arn else parameter.name,
            "Type": parameter.type,
            "Value": value,
            "Version": version or parameter.version,
            "LastModifiedDate": round(time.time(), 3),
            "ARN": self.arn(parameter.name, region),
            "DataType": "text",
        }

    # Operations.

    def GetParametersByPath(self, body, region):
        path = body.get("Path", "")
        unknown = set(body) - BY_PATH_MEMBERS
        if unknown or not re.fullmatch(r"(/[A-Za-z0-9_.-]+)*/?", path) or not path:
            raise Refusal("ValidationException", f"members {sorted(unknown)}, path {path}")
        if body.get("MaxResults") != 10 or body.get("WithDecryption") is not True:
            self.journal.complain(f"ssm: MaxResults or WithDecryption of {body}")
        found = self._under(path, region, body.get("Recursive", False))
        for wanted in body.get("ParameterFilters", []):
            if wanted["Key"] != "Label" or wanted.get("Option", "Equals") != "Equals":
                raise Refusal("InvalidFilterKey", f"{wanted}")
            found = [p for p in found if set(p.labels) & set(wanted["Values"])]
        start = self._start(body.get("NextToken"), path)
        page = found[start : start + self.page_size]
        answer = {"Parameters": [self.render(p, region, body["WithDecryption"]) for p in page]}
        if start + self.page_size < len(found):
            answer["NextToken"] = f"token/{path}/{start + self.page_size}=="
        return answer

    def _under(self, path, region, recursive):
        prefix = path if path.endswith("/") else path + "/"
        parameters = self.regions.get(region, {}).values()
        below = [p for p in parameters if p.name.startswith(prefix)]
        return below if recursive else [p for p in below if "/" not in p.name[len(prefix) :]]

    @staticmethod
    def _start(token, path):
        if token is None:
            return 0
        match = re.fullmatch(r"token/(.*)/(\d+)==", token)
        if match is None or match[1] != path:
            raise Refusal("InvalidNextToken", "The specified token is not valid.")
        return int(match[2])

    def GetParameters(self, body, region):
        names = body["Names"]
        if not 1 <= len(names) <= 10 or len(set(names)) != len(names):
            raise Refusal("ValidationException", f"{len(names)} names")
        answer = {"Parameters": [], "InvalidParameters": []}
        for name in sorted(names):
            entry = self._select(name, region, body.get("WithDecryption", False))
            if entry is None:
                answer["InvalidParameters"].append(name)
            else:
                answer["Parameters"].append(entry)
        return answer

    def _select(self, asked, region, decrypted):
        name = asked
        match = re.fullmatch(r"arn:[^:]+:ssm:([^:]+):[^:]+:parameter(/[^:]+)((?::.*)?)", asked)
        if match:
            if match[1] != region:
                raise Refusal("ValidationException", f"{asked} was asked for in {region}")
            name = match[2] + match[3]
        name, colon, selector = name.partition(":")
        parameters = self.regions.get(region, {})
        # The ARN of "db" and of "/db" are the same.
        parameter = parameters.get(name) or (match and parameters.get(name[1:]))
        if not parameter:
            return None
        entry = self.render(parameter, region, decrypted)
        if not colon:
            return entry
        if selector.isdigit() and int(selector) in parameter.older:
            entry = self.render(parameter, region, decrypted, parameter.older[int(selector)])
            entry["Version"] = int(selector)
        elif selector != str(parameter.version) and selector not in parameter.labels:
            return None
        entry["Selector"] = ":" + selector
        return entry
