"""Meta's own Python SDK, unchanged, against the simulated Meta.

Usage: prove.py SANDBOX_URL (or the environment variable SANDBOX_URL). One line per proof; fails on the first that does
not hold.
"""

import json
import os
import sys
import time
import urllib.request

from facebook_business.adobjects.adspixel import AdsPixel
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.serverside.action_source import ActionSource
from facebook_business.adobjects.serverside.custom_data import CustomData
from facebook_business.adobjects.serverside.event import Event
from facebook_business.adobjects.serverside.event_request import EventRequest
from facebook_business.adobjects.serverside.messaging_channel import MessagingChannel
from facebook_business.adobjects.serverside.user_data import UserData
from facebook_business.adobjects.user import User
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

SANDBOX = (sys.argv[1:] or [os.environ.get("SANDBOX_URL", "http://localhost:4600")])[0].rstrip("/")
APP_ID = os.environ.get("SANDBOX_APP_ID", "1203440000000001")
APP_SECRET = os.environ.get("SANDBOX_APP_SECRET", "5a4db0c5eb0c4a5d9a7e61c7d1f0e2ab")


def control(method, path, body=None):
    """A control of the sandbox, not a call of Meta's API."""
    request = urllib.request.Request(
        f"{SANDBOX}/_sandbox/{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def proven(claim, holds, seen):
    if not holds:
        sys.exit(f"FAILED  python: {claim}; seen: {seen}")
    print(f"proven  python: {claim}")


def session(person):
    token = control("POST", "tokens", {"person": person})["access_token"]
    FacebookAdsApi.init(APP_ID, APP_SECRET, token, crash_log=False)
    return token


def in_ledger(dataset, event_id):
    return control("GET", f"events?dataset={dataset}&event_id={event_id}")["events"]


def main():
    FacebookSession.GRAPH = SANDBOX
    world = control("GET", "world")
    pages = {page["key"]: page for page in world["pages"]}

    session("mei")
    read = list(User("me").get_accounts(fields=["id", "name", "access_token"]))
    proven("/me/accounts is read to the end, past 25 Pages", len(read) == 31, len(read))

    user_token = session("kenji")
    page_id = pages["sushi"]["id"]
    dataset = Page(page_id).create_dataset(params={"dataset_name": "Sushi"})["id"]
    again = Page(page_id).create_dataset()["id"]
    proven("a dataset is made on a Page once", dataset == again and dataset.isdigit(), (dataset, again))
    linked = [it["id"] for it in Page(page_id).get_dataset(fields=["id"])]
    proven("the Page's dataset is read back", linked == [dataset], linked)

    click = control("POST", "clicks", {"page_id": page_id})["ctwa_clid"]
    response = EventRequest(
        pixel_id=dataset,
        access_token=user_token,
        partner_agent="patchbay-proof",
        events=[
            Event(
                event_name="Purchase",
                event_time=int(time.time()),
                event_id="python-whatsapp",
                action_source=ActionSource.BUSINESS_MESSAGING,
                messaging_channel=MessagingChannel.WHATSAPP,
                user_data=UserData(page_id=page_id, ctwa_clid=click),
                custom_data=CustomData(currency="JPY", value=4800),
            )
        ],
    ).execute()
    arrived = in_ledger(dataset, "python-whatsapp")
    proven(
        "EventRequest sends WhatsApp with page_id and ctwa_clid",
        response.events_received == 1 and len(arrived) == 1 and arrived[0]["partner_agent"] == "patchbay-proof",
        (response, arrived),
    )

    purchase = {
        "event_name": "Purchase",
        "event_time": int(time.time()),
        "event_id": "python-messenger",
        "action_source": "business_messaging",
        "messaging_channel": "messenger",
        "user_data": {"page_id": page_id, "page_scoped_user_id": pages["sushi"]["psids"]["aoi"]},
        "custom_data": {"currency": "JPY", "value": 1200},
    }
    answer = AdsPixel(dataset).create_event(params={"data": [json.dumps(purchase)], "test_event_code": "TEST42"})
    arrived = in_ledger(dataset, "python-messenger")
    proven(
        "AdsPixel.create_event sends any event",
        answer["events_received"] == 1 and len(arrived) == 1 and arrived[0]["test_event_code"] == "TEST42",
        (answer, arrived),
    )

    try:
        AdsPixel(dataset).create_event(params={"data": [json.dumps({**purchase, "event_name": "Lead"})]})
        proven("a refused event raises", False, "no exception")
    except FacebookRequestError as error:
        seen = (error.http_status(), error.api_error_code(), error.api_error_subcode(), error.api_transient_error())
        proven("a refused event raises 100 / 2804066", seen == (400, 100, 2804066, False), seen)


main()
