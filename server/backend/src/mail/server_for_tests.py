"""A mail server for tests: prints its port, then one JSON object for each letter that it takes.

Addresses that start with `nobody` are refused for good, those with `later` for now. `--password` asks for a sign-in.
"""

import asyncio
import json
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return f"550 5.1.1 <{address}>: no such mailbox"
        if address.startswith("later"):
            return "451 4.7.1 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        letter = {"to": envelope.rcpt_tos, "from": envelope.mail_from, "content": envelope.content.decode()}
        print(json.dumps(letter), flush=True)
        return "250 Message accepted"


def check(server, session, envelope, mechanism, data):
    known = data.login == b"patchbay" and data.password.decode() == sys.argv[2]
    return AuthResult(success=known, handled=False)


async def main():
    options = {}
    if "--password" in sys.argv:
        options = {"authenticator": check, "auth_required": True, "auth_require_tls": False}
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(lambda: SMTP(Handler(), **options), "127.0.0.1", 0)
    print(listener.sockets[0].getsockname()[1], flush=True)
    await listener.serve_forever()


asyncio.run(main())
