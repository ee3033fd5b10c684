# SPDX-License-Identifier: Apache-2.0
"""Pushes over emulated links to nginx-rtmp: what a viewer on the far side gets.

Delays are those above the least of the run (see links.Delays).
"""
from checks import Skipped, check, within
from links import ROOT, Link, ffmpeg_clip_push, noisy_clip, our_push

RATE_KBPS = 2500
WATCH_S = 27
# An LTE uplink of a drive, mahimahi's form.
CELL = ROOT.parent / "shared/traces/mahimahi/ATT-LTE-driving.up"


def _steps(stage, *rows):
    path = stage.path("steps.txt")
    path.write_text("".join(f"{second} {kbps}\n" for second, kbps in rows))
    return f"steps={path},delay=25,queue=300"


def _watch(link, key, seconds=WATCH_S):
    link.until_live(key)
    arrivals = link.arrivals(key, seconds)
    viewer = link.viewer(key, seconds)
    return lambda: (arrivals.done(seconds + 15), viewer.done(seconds + 15), link.delays(key))[-1]


def _push_over(stage, up, seconds=WATCH_S):
    clip = noisy_clip(stage)
    with Link(stage, up) as link:
        publisher = our_push(link, clip, link.url("ours"), RATE_KBPS)
        delays = _watch(link, "ours", seconds)()
        publisher.stop()
    return delays, stage.report("publish"), stage.report("view-ours")


def we_bend_with_a_link_that_falls_from_3_to_06_mbit_and_returns(stage):
    # The link's clock runs while the stream opens: that takes 1 to 2 s.
    delays, published, viewed = _push_over(stage, _steps(stage, (0, 3000), (10, 600), (20, 3000), (600, 3000)))

    within(delays.quantile(0.95, 3), 0, 600, "delay at the viewer in ms, p95")
    within(delays.quantile(1.0, 3), 0, 2000, "delay at the viewer in ms, longest")
    within(delays.quantile(0.5, 23), 0, 250, "delay in ms after the link's return, p50")
    check(published["error"] is None, f"error: {published['error']}")
    check(published["reconnects"] == 0, "reconnected")
    check(viewed["decode_errors"] == 0, "a picture did not decode")
    late = [row["target_kbps"] for row in published["timeline"] if row["target_kbps"]][-4:]
    check(max(late) > 1500, f"the rate did not come back: {late}")


def we_outlive_five_seconds_without_a_network(stage):
    delays, published, viewed = _push_over(stage, _steps(stage, (0, 3000), (10, 0), (15, 3000), (600, 3000)))

    within(delays.quantile(0.5, 22), 0, 250, "delay in ms after the outage, p50")
    check(published["error"] is None, f"error: {published['error']}")
    check(viewed["decode_errors"] == 0, "a picture did not decode")


def we_hold_the_delay_over_a_recorded_cell(stage):
    if not CELL.exists():
        raise Skipped(f"no recorded network ({CELL})")
    delays, published, viewed = _push_over(stage, f"trace={CELL},delay=25,queue=1000", 30)

    within(delays.quantile(0.95, 3), 0, 900, "delay at the viewer in ms, p95")
    check(published["error"] is None, f"error: {published['error']}")
    check(viewed["decode_errors"] == 0, "a picture did not decode")


def ffmpeg_on_the_same_link_piles_up_seconds(stage):
    """The yardstick: without it the cases above could pass on a link that is none."""
    clip = noisy_clip(stage)
    with Link(stage, _steps(stage, (0, 3000), (10, 600), (20, 3000), (600, 3000))) as link:
        ffmpeg = ffmpeg_clip_push(link, clip, link.url("theirs"), RATE_KBPS)
        delays = _watch(link, "theirs")()
        ffmpeg.kill()
    within(delays.quantile(1.0, 3), 3000, 60_000, "delay at the viewer in ms, longest")
