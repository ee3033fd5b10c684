# SPDX-License-Identifier: Apache-2.0
"""OBS Studio as a publisher, on a virtual screen with software rendering.

It streams a media file in a loop, or another virtual screen; what arrives can be held against the marks in either.
"""
import json

from servers import need, screen

PROFILE = """[General]
Name=onair
[Video]
BaseCX={width}
BaseCY={height}
OutputCX={width}
OutputCY={height}
FPSType=0
FPSCommon=30
[Audio]
SampleRate=48000
ChannelSetup=Stereo
[Output]
Mode=Simple
RetryDelay=1
DynamicBitrate={dynamic}
[SimpleOutput]
StreamEncoder=x264
VBitrate={kbps}
ABitrate=128
UseAdvanced=true
Preset={preset}
x264Settings=keyint={keyint}
"""
# As its simple mode has it; `dynamic`: its "dynamically change bitrate to manage congestion".
PLAIN = {"width": 640, "height": 360, "kbps": 800, "dynamic": "false", "preset": "ultrafast", "keyint": 30}
# FirstRun means that the first run is over: no wizard opens.
GLOBAL = """[General]
FirstRun=true
EnableAutoUpdates=false
[Basic]
Profile=onair
ProfileDir=onair
SceneCollection=onair
SceneCollectionFile=onair
"""


def film(path):
    """A media file in a loop, as a source."""
    return "ffmpeg_source", {"local_file": str(path), "looping": True}


def display(name):
    """A whole X screen without its pointer, as a source."""
    return "xshm_input", {"advanced": True, "server": name, "screen": 0, "show_cursor": False}


def _scenes(source):
    kind, settings = source
    item = {"name": "clip", "id": 1, "visible": True, "align": 5, "bounds_type": 0,
            "pos": {"x": 0, "y": 0}, "scale": {"x": 1, "y": 1}}
    return {"name": "onair", "current_scene": "Scene", "current_program_scene": "Scene", "scene_order": [{"name": "Scene"}],
            "sources": [{"id": kind, "name": "clip", "mixers": 255, "settings": settings},
                        {"id": "scene", "name": "Scene", "settings": {"id_counter": 1, "items": [item]}}]}


def _configure(folder, server, key, source, settings):
    profile = folder / "basic/profiles/onair"
    scenes = folder / "basic/scenes"
    profile.mkdir(parents=True)
    scenes.mkdir(parents=True)
    (folder / "global.ini").write_text(GLOBAL)
    (profile / "basic.ini").write_text(PROFILE.format(**settings))
    (profile / "service.json").write_text(
        json.dumps({"type": "rtmp_custom", "settings": {"server": server, "key": key}}))
    (scenes / "onair.json").write_text(json.dumps(_scenes(source)))


def obs_push(stage, server, key, source, start=None, **settings):
    """OBS goes live with a source, film() or display(); the running process. `settings` over PLAIN."""
    obs = need("obs", "obs-studio")
    home = stage.path("obs-home")
    _configure(home / "obs-studio", server, key, source, {**PLAIN, **settings})
    home.chmod(0o700)
    start = start or stage.start
    return start("obs", [obs, "--multi", "--minimize-to-tray", "--startstreaming", "--verbose",
                         "--profile", "onair", "--collection", "onair"],
                 DISPLAY=screen(stage), HOME=home, XDG_CONFIG_HOME=home, XDG_RUNTIME_DIR=home,
                 QT_QPA_PLATFORM="xcb", LIBGL_ALWAYS_SOFTWARE="1")
