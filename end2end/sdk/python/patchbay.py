"""Meta's own Python SDK, unchanged, against Patchbay with an API key in place of the access token.

Usage: patchbay.py READY FOUND. READY is the line that `patchbay demo` prints. What it finds and makes on the way (a key,
a dataset, a person) is written to FOUND as JSON, for the proofs that follow. Fails on the first proof that does not hold.
"""

import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from facebook_business.adobjects.adspixel import AdsPixel
from facebook_business.adobjects.serverside.action_source import ActionSource
from facebook_business.adobjects.serverside.custom_data import CustomData
from facebook_business.adobjects.serverside.event import Event
from facebook_business.adobjects.serverside.event_request import EventRequest
from facebook_business.adobjects.serverside.messaging_channel import MessagingChannel
from facebook_business.adobjects.serverside.user_data import UserData
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

READY = json.loads(sys.argv[1])
PATCHBAY, SANDBOX = READY["patchbay"], READY["sandbox"]
ARRIVES_WITHIN = 30  # seconds


def ask(url, headers=None, form=None, body=None):
    data = None if form is None else urllib.parse.urlencode(form).encode()
    headers = {"Accept": "application/json", **(headers or {})}
    if body is not None:
        data = json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(url, data=data, headers=headers)
    with urllib.request.urlopen(request) as answer:
        return answer.headers, json.loads(answer.read() or b"null")


def make_key():
    """An owner signs in and makes a key, as the console's page does."""
    own = {"Sec-Fetch-Site": "same-origin"}
    form = {"email": READY["email"], "password": READY["password"], "return_to": "/"}
    headers, _ = ask(f"{PATCHBAY}/api/sign_in", own, form)
    cookie = headers["set-cookie"].split(";")[0]
    form = {"advertiser": "", "name": "SDK proofs", "days": "1"}
    form |= {f"scopes[{n}]": it for n, it in enumerate(["events:write", "events:read", "connections:read", "webhooks:write"])}
    _, made = ask(f"{PATCHBAY}/api/add_api_key", {**own, "Cookie": cookie}, form)
    return made["key"]


def proven(claim, holds, seen):
    if not holds:
        sys.exit(f"FAILED  python: {claim}; seen: {seen}")
    print(f"proven  python: {claim}")


def arrived(dataset, event_id):
    """Patchbay sends on its own time: the sandbox is asked until the event is there."""
    until = time.monotonic() + ARRIVES_WITHIN
    while True:
        _, found = ask(f"{SANDBOX}/_sandbox/events?dataset={dataset}&event_id={event_id}")
        if found["events"] or time.monotonic() > until:
            return found["events"]
        time.sleep(0.2)


def target(key):
    """A healthy Page of the demo, its dataset, and somebody who knows it."""
    _, listed = ask(f"{PATCHBAY}/api/v1/connections", {"Authorization": f"Bearer {key}"})
    _, world = ask(f"{SANDBOX}/_sandbox/world")
    pages = {page["id"]: page for page in world["pages"]}
    for connection in listed["connections"]:
        page = pages.get(connection["asset_id"])
        if connection["health"] == "healthy" and connection["channel"] == "messenger" and page:
            return {"dataset": connection["dataset_id"], "page": page["id"], "psid": page["psids"]["aoi"]}
    sys.exit("FAILED  python: the demo has no healthy Page")


def refusal(call):
    try:
        call()
    except FacebookRequestError as error:
        return error.http_status(), error.api_error_code(), error.api_error_subcode()
    return None


def main():
    key = make_key()
    found = {**target(key), "key": key}
    FacebookSession.GRAPH = PATCHBAY
    FacebookAdsApi.init(access_token=key, crash_log=False)
    dataset = found["dataset"]
    event_id = f"python-{time.time_ns()}"
    purchase = {
        "event_name": "Purchase",
        "event_time": int(time.time()),
        "event_id": event_id,
        "action_source": "business_messaging",
        "messaging_channel": "messenger",
        "user_data": {"page_id": found["page"], "page_scoped_user_id": found["psid"]},
        "custom_data": {"currency": "jpy", "value": 1200},
    }
    send = lambda event: AdsPixel(dataset).create_event(params={"data": [json.dumps(event)]})
    answer = send(purchase)
    there = arrived(dataset, event_id)
    proven(
        "an event that AdsPixel.create_event sends to Patchbay reaches the sandbox",
        answer["events_received"] == 1 and len(there) == 1,
        (answer, there),
    )
    again = send(purchase)
    proven("the same event again is a success", again["events_received"] == 1, again)

    seen = refusal(lambda: send({**purchase, "event_name": "Lead"}))
    proven("a broken rule raises 100 / 2804066", seen == (400, 100, 2804066), seen)
    seen = refusal(lambda: send({**purchase, "action_source": "website"}))
    proven("an event of a website raises 100", seen is not None and seen[:2] == (400, 100), seen)
    seen = refusal(lambda: AdsPixel("4711").create_event(params={"data": [json.dumps(purchase)]}))
    proven("an unknown dataset raises 100 / 33", seen == (400, 100, 33), seen)

    click = ask(f"{SANDBOX}/_sandbox/clicks", body={"page_id": found["page"]})[1]["ctwa_clid"]

    def by_class(name):
        event = Event(
            event_name=name,
            event_time=int(time.time()),
            event_id=f"{event_id}-{name}",
            action_source=ActionSource.BUSINESS_MESSAGING,
            messaging_channel=MessagingChannel.WHATSAPP,
            user_data=UserData(page_id=found["page"], ctwa_clid=click),
            custom_data=CustomData(currency="JPY", value=4800),
        )
        return EventRequest(pixel_id=dataset, access_token=key, events=[event])

    answer = by_class("Purchase").execute()
    there = arrived(dataset, f"{event_id}-Purchase")
    proven(
        "an EventRequest of a click on a Page's ad to WhatsApp reaches the sandbox",
        answer.events_received == 1 and len(there) == 1,
        (answer, there),
    )
    seen = refusal(by_class("Lead").execute)
    proven("an EventRequest that breaks a rule raises 100 / 2804066", seen == (400, 100, 2804066), seen)

    FacebookAdsApi.init(access_token="pbk_not_a_key", crash_log=False)
    seen = refusal(lambda: send(purchase))
    proven("a wrong key raises 190", seen is not None and seen[:2] == (401, 190), seen)
    with open(sys.argv[2], "w") as file:
        json.dump(found, file)


main()
