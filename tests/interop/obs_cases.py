# SPDX-License-Identifier: Apache-2.0
"""OBS Studio pushes to our edge."""
from checks import decodes, is_h264_and_aac, plays_well, sounds, within
from marks import in_sync, stamps
from obs import film, obs_push
from servers import Edge, ffmpeg_record, need

# OBS itself sends the sound of a media file ahead of its picture, by another 30 to 60 ms at
# each start and to any server.
OBS_SYNC_MS = 100


def _clip(stage):
    """A file of the test picture with its flashes and beeps."""
    need("obs", "obs-studio")
    path = stage.path("clip.mp4")
    stage.publisher(f"file:{path}", name="clip", seconds=8).done()
    return path


def we_play_what_obs_pushes_to_the_edge(stage):
    clip = _clip(stage)
    edge = Edge(stage)
    obs_push(stage, edge.rtmp, "obs", film(clip))
    edge.until_live("obs", 20)

    player = stage.player(edge.flv("obs"), seconds=6)
    ffmpeg_record(stage, edge.flv("obs"), 6).done()
    player.done()

    plays_well(stage.report("play"), 140)
    seen = stage.path("seen.mkv")
    is_h264_and_aac(seen, (640, 360))
    decodes(seen, 150)
    stamps(seen)
    sounds(seen)
    in_sync(seen, marks=3, limit_ms=OBS_SYNC_MS)


def obs_comes_back_after_the_edge_died(stage):
    clip = _clip(stage)
    edge = Edge(stage)
    obs = obs_push(stage, edge.rtmp, "obs", film(clip))
    edge.until_live("obs", 20)

    edge.process.kill()
    edge = Edge(stage, rtmp=edge.rtmp_port, http=edge.http_port)
    edge.until_live("obs", 20)

    plays_well(stage.watch(edge.flv("obs"), seconds=4), 90)
    _, seconds = obs.stop()
    within(seconds, 0, 2, "seconds that OBS took to end")
