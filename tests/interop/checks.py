# SPDX-License-Identifier: Apache-2.0
"""What a test says about media, reports and words. Every function raises Failed or passes."""
import json
import re
import subprocess


class Failed(Exception):
    """The test found something wrong."""


class Skipped(Exception):
    """The test cannot run here; the text says why."""


def beside(case):
    """For a case that asks neither how smooth nor how soon: another such one may run at the same time."""
    case.may_run_beside = True
    return case


def check(truth, text):
    if not truth:
        raise Failed(text)


def equal(got, wanted, what):
    check(got == wanted, f"{what}: {got!r}, not {wanted!r}")


def within(value, low, high, what):
    check(value is not None and low <= value <= high, f"{what}: {value}, not in {low}..{high}")


def run_tool(argv, limit_s=20):
    """Runs ffmpeg or ffprobe on a file; its stdout. An error line is a failure."""
    done = subprocess.run(argv, capture_output=True, timeout=limit_s, stdin=subprocess.DEVNULL)
    complaints = done.stderr.decode(errors="replace").strip()
    check(done.returncode == 0 and not complaints,
          f"{argv[0]} says (exit {done.returncode}) of {argv[-1]}:\n{complaints}\n{' '.join(map(str, argv))}")
    return done.stdout


def probe(path, *options):
    return json.loads(run_tool(["ffprobe", "-v", "error", "-of", "json", *options, str(path)]))


def tracks(path):
    """{"video": stream, "audio": stream}: one track of each kind and nothing else."""
    streams = probe(path, "-show_streams")["streams"]
    kinds = sorted(stream["codec_type"] for stream in streams)
    equal(kinds, ["audio", "video"], f"tracks of {path}")
    return {stream["codec_type"]: stream for stream in streams}


def is_h264_and_aac(path, size, fps=(29, 31)):
    found = tracks(path)
    video, audio = found["video"], found["audio"]
    equal((video["codec_name"], audio["codec_name"]), ("h264", "aac"), "codecs")
    equal((video["width"], video["height"]), size, "size")
    equal((audio["sample_rate"], audio["channels"]), ("48000", 2), "sound")
    numerator, denominator = map(int, video["avg_frame_rate"].split("/"))
    within(numerator / denominator, *fps, "frame rate")


def span_s(path):
    return float(probe(path, "-show_format")["format"]["duration"])


def starts_together(path, limit_s=0.05):
    """Both tracks begin within the limit."""
    first = [float(track["start_time"]) for track in tracks(path).values()]
    within(abs(first[0] - first[1]), 0, limit_s, f"s between the starts of sound and picture in {path}")


def frame_times(path, kind):
    """Presentation times in seconds of all decoded frames of the track ("v" or "a")."""
    frames = probe(path, "-select_streams", kind, "-show_frames", "-show_entries", "frame=pts_time")
    return [float(frame["pts_time"]) for frame in frames["frames"]]


def decodes(path, at_least):
    """Every frame decodes without a word, and times go forward; the number of pictures."""
    run_tool(["ffmpeg", "-v", "warning", "-xerror", "-i", str(path), "-map", "0", "-f", "null", "-"])
    times = frame_times(path, "v")
    check(all(a < b for a, b in zip(times, times[1:])), f"picture times go back in {path}")
    check(len(times) >= at_least, f"{path} has {len(times)} pictures, not {at_least}")
    return len(times)


def mean_volume_db(path):
    done = subprocess.run(["ffmpeg", "-v", "info", "-nostats", "-i", str(path), "-vn", "-af", "volumedetect",
                           "-f", "null", "-"], capture_output=True, text=True, timeout=20)
    found = re.search(r"mean_volume: (-?[\d.]+) dB", done.stderr)
    check(found, f"no sound in {path}")
    return float(found[1])


def sounds(path, low_db=-60):
    within(mean_volume_db(path), low_db, 0, f"mean volume in dB of {path}")


def complains(run, program, code, status=1):
    """One line on stderr, `program: … [code]`, and the exit status."""
    lines = run.stderr.strip().split("\n")
    said = f"{' '.join(run.argv)} said (exit {run.status}):\n{run.stderr}"
    check(run.status == status, f"exit status is not {status}: {said}")
    check(len(lines) == 1, f"not one line: {said}")
    check(lines[0].startswith(program + ": ") and (not code or lines[0].endswith(f" [{code}]")),
          f"not '{program}: … [{code}]': {said}")
    return lines[0]


def plays_well(report, pictures, gaps=4):
    """A whole run of the player without a hitch, sound and picture together."""
    equal(report["error"], None, "error")
    check(report["frames"]["rendered"] >= pictures, f"too few pictures: {report['frames']}")
    equal(report["stalls"]["count"], 0, "stalls")
    equal(report["decode_errors"], 0, "pictures that did not decode")
    equal(report["reconnects"], 0, "reconnects")
    within(report["av_offset_ms"]["p50"], -45, 45, "A/V offset in ms, p50")
    # A machine that is busy with other tests misses a turn now and then.
    within(report["audio_gaps"], 0, gaps, "gaps of sound")
    # The first picture shows at once and stands until the buffer has filled.
    within(report["freeze_percent"] / 100 * report["duration_s"], 0, 0.6, "seconds of frozen picture")
