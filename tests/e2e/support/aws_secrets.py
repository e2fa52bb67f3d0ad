"""Secrets Manager: GetSecretValue."""

import json
import time

from .aws_json import JsonService
from .aws_ssm import ACCOUNT
from .sigv4 import Refusal


class SecretsManager(JsonService):
    name = "secretsmanager"
    signing_name = "secretsmanager"
    target_prefix = "secretsmanager."

    def forget(self):
        super().forget()
        self.secrets = {}

    def put(self, name, value, stage="AWSCURRENT", region=None, version="v1", binary=None):
        """value: the SecretString, or a dict of which it is made."""
        text = json.dumps(value) if isinstance(value, dict) else value
        if isinstance(value, dict):
            for member in value.values():
                self.world.plant(member)
        else:
            self.world.plant(text)
        key = (region or self.world.region, name)
        self.secrets.setdefault(key, []).append((stage, version, text, binary))

    def GetSecretValue(self, body, region):
        asked = body["SecretId"]
        name = asked
        if asked.startswith("arn:"):
            parts = asked.split(":", 6)
            if parts[3] != region:
                raise Refusal("ResourceNotFoundException", f"{asked} was asked for in {region}")
            name = parts[6].rpartition("-")[0] or parts[6]
        stage = body.get("VersionStage")
        version = body.get("VersionId")
        if stage is None and version is None:
            stage = "AWSCURRENT"
        for has_stage, has_version, text, binary in self.secrets.get((region, name), []):
            if stage not in (None, has_stage) or version not in (None, has_version):
                continue
            answer = {
                "ARN": f"arn:aws:secretsmanager:{region}:{ACCOUNT}:secret:{name}-AbCdEf",
                "Name": name,
                "VersionId": has_version,
                "VersionStages": [has_stage],
                "CreatedDate": round(time.time(), 3),
            }
            answer.update({"SecretBinary": binary} if binary else {"SecretString": text})
            return answer
        raise Refusal("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
