"""STS: AssumeRoleWithWebIdentity, answered in XML or in JSON."""

from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from .server import Server
from .wire import Reply

NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"


class Sts(Server):
    name = "sts"

    def forget(self):
        self.format = "xml"  # or json, when the client accepts it

    def handle(self, request):
        form = parse_qs(request.body.decode(), keep_blank_values=True, strict_parsing=True)
        fields = {name: values[0] for name, values in form.items()}
        if request.header("authorization"):
            self.journal.complain("sts: AssumeRoleWithWebIdentity is not signed")
        if request.header("content-type", "").split(";")[0] != "application/x-www-form-urlencoded":
            self.journal.complain(f"sts: Content-Type {request.header('content-type')}")
        if not self.world.is_our_agent(request.header("user-agent", "")):
            self.journal.complain("sts: User-Agent")
        if fields.get("Action") != "AssumeRoleWithWebIdentity" or fields.get("Version") != "2011-06-15":
            return self.error(request, "InvalidAction", f"{fields.get('Action')}")
        if fields.get("WebIdentityToken") != self.world.web_identity_token:
            return self.error(request, "InvalidIdentityToken", "No OpenIDConnect provider found")
        return self.credentials(request)

    def wants_json(self, request):
        return self.format == "json" and "json" in request.header("accept", "")

    def credentials(self, request):
        identity = self.world.identity
        if self.wants_json(request):
            body = {
                "AssumeRoleWithWebIdentityResponse": {
                    "AssumeRoleWithWebIdentityResult": {
                        "SubjectFromWebIdentityToken": "system:serviceaccount:default:app",
                        "Credentials": {
                            "AccessKeyId": identity.key_id,
                            "SecretAccessKey": identity.secret,
                            "SessionToken": identity.token,
                            "Expiration": 1.9e9,
                        },
                    },
                    "ResponseMetadata": {"RequestId": "r"},
                }
            }
            return Reply(body=body, type="application/json")
        body = f"""<AssumeRoleWithWebIdentityResponse xmlns="{NAMESPACE}">
  <AssumeRoleWithWebIdentityResult>
    <SubjectFromWebIdentityToken>system:serviceaccount:default:app</SubjectFromWebIdentityToken>
    <Credentials>
      <SessionToken>{escape(identity.token)}</SessionToken>
      <SecretAccessKey>{escape(identity.secret)}</SecretAccessKey>
      <Expiration>2035-01-01T00:00:00.123456Z</Expiration>
      <AccessKeyId>{escape(identity.key_id)}</AccessKeyId>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
  <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>
</AssumeRoleWithWebIdentityResponse>
"""
        return Reply(body=body, type="text/xml")

    def error(self, request, code, message, status=400):
        if self.wants_json(request):
            body = {"Error": {"Type": "Sender", "Code": code, "Message": message}, "RequestId": "r"}
            return Reply(status, body, type="application/json")
        body = (
            f'<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>Sender</Type><Code>{escape(code)}</Code>'
            f"<Message>{escape(message)}</Message></Error><RequestId>r</RequestId></ErrorResponse>"
        )
        return Reply(status, body, type="text/xml")
