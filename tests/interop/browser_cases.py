# SPDX-License-Identifier: Apache-2.0
"""Chromium accepts our offers and answers, and we its."""
import os
import pathlib
import subprocess

from browser import Browser
from checks import Failed, beside, check, equal


def _ours(stage, *arguments, given=""):
    """What our side of a negotiation prints."""
    done = subprocess.run([stage.bin / "onair-sdp-peer", *arguments], input=given.encode(), capture_output=True,
                          timeout=10)
    if done.returncode != 0:
        raise Failed(f"onair-sdp-peer {arguments[0]}: {done.stderr.decode(errors='replace').strip()}\n{given}")
    return done.stdout.decode()


def _keep(name, text):
    folder = os.environ.get("ONAIR_KEEP_SDP")
    if folder:
        (pathlib.Path(folder) / f"{name}.sdp").write_text(text)


def _directions(summary):
    return {one["kind"]: one["direction"] for one in summary["transceivers"]}


def _a_browser_offers(stage, role, direction):
    with Browser(stage, "sdp.html") as browser:
        for data in (False, True):
            offer = browser.call("offer", direction=direction, data=data)["sdp"]
            answer = _ours(stage, "answer", role, given=offer)
            _keep(f"{role}_offer", offer)
            _keep(f"{role}_answer", answer)
            agreed = browser.call("answered", sdp=answer)
            equal(agreed["state"], "stable", f"{browser.name} after our answer")
            equal(_directions(agreed), {"audio": direction, "video": direction}, "what flows")
            if direction == "sendonly":
                codecs = [codec for one in agreed["transceivers"] for codec in one["codecs"]]
                check("video/H264" in codecs and "audio/opus" in codecs, f"the browser would send {codecs}")
                check("video/VP8" not in codecs, f"the browser would send {codecs}")


@beside
def browser_publishes_by_our_answer(stage):
    _a_browser_offers(stage, "publish", "sendonly")


@beside
def browser_that_offers_layers_sends_one(stage):
    with Browser(stage, "sdp.html") as browser:
        offer = browser.call("offer", direction="sendonly", layers=True)["sdp"]
        check("a=simulcast:send q;f" in offer, f"the browser offers no layers:\n{offer}")
        agreed = browser.call("answered", sdp=_ours(stage, "answer", "publish", given=offer))
        equal(_directions(agreed), {"audio": "sendonly", "video": "sendonly"}, "what flows")


@beside
def browser_keeps_its_transport_where_we_take_no_sound(stage):
    """The section that carries the bundle's transport is the one that stays idle."""
    with Browser(stage, "sdp.html") as browser:
        offer = browser.call("offer", direction="sendonly")["sdp"]
        agreed = browser.call("answered", sdp=_ours(stage, "answer", "publish-video", given=offer))
        equal(agreed["state"], "stable", f"{browser.name} after our answer")
        equal(_directions(agreed), {"audio": "inactive", "video": "sendonly"}, "what flows")


@beside
def browser_plays_by_our_answer(stage):
    _a_browser_offers(stage, "play", "recvonly")


def _we_offer(stage, role, sends):
    offer = _ours(stage, "offer", role)
    file = stage.folder / "offer.sdp"
    file.write_text(offer, newline="")
    with Browser(stage, "sdp.html") as browser:
        accepted = browser.call("accept", sdp=offer, sends=sends)
        _keep(f"{role}_accepted", accepted["sdp"])
        equal(accepted["state"], "stable", f"{browser.name} after its answer")
        agreed = _ours(stage, "agree", role, str(file), given=accepted["sdp"]).split("\n")
    check("opus 111" in agreed, f"agreed: {agreed}")
    check("red" in agreed, f"agreed: {agreed}")
    check(any(line.startswith("h264") and line.endswith("rtx") for line in agreed), f"agreed: {agreed}")
    check("transport-cc" in agreed, f"agreed: {agreed}")
    check("abs-capture-time" in agreed, f"agreed: {agreed}")
    check("playout-delay" in agreed, f"agreed: {agreed}")
    check(any(line.startswith("data") for line in agreed), f"agreed: {agreed}")


@beside
def browser_accepts_our_offer_to_publish(stage):
    _we_offer(stage, "publish", sends=False)


@beside
def browser_accepts_our_offer_to_play(stage):
    _we_offer(stage, "play", sends=True)
