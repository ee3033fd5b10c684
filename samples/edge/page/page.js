// SPDX-License-Identifier: Apache-2.0
//
// The edge's page: what is live, each played by WHEP; camera and microphone published by WHIP.
"use strict";

const LIST_EVERY_MS = 2000;
const NUMBERS_EVERY_MS = 1000;
const PUBLISH_BITRATE = { 360: 1_000_000, 720: 2_500_000 };

const rtcAddress = (kind, app, stream) => `/rtc/v1/${kind}/?${new URLSearchParams({ app, stream })}`;
const unit = (value, digits, text) => (value === null ? null : `${value.toFixed(digits)} ${text}`);
const joined = (parts) => parts.filter(Boolean).join(" · ");

// A session with its button, its picture and its numbers; one per card.
class Stage {
  constructor(card) {
    this.video = card.querySelector("video");
    this.box = card.querySelector(".player");
    this.numbers = card.querySelector(".numbers");
    this.error = card.querySelector(".error");
    this.session = null;
  }

  // `begin` gives a session or throws what the person is told. A second call while one begins does nothing.
  async start(begin, describe) {
    if (this.session || this.isBusy) return;
    this.isBusy = true;
    this.say("");
    try {
      this.session = await begin();
      this.session.onlost = (reason) => { this.stop(); this.say(reason); };
      this.box.hidden = false;
      const rates = new RtcRates();
      this.timer = setInterval(async () => {
        if (this.session) this.numbers.textContent = describe(await rates.look(this.session));
      }, NUMBERS_EVERY_MS);
    } catch (error) {
      this.stop();
      this.say(reasonOf(error));
    }
    this.isBusy = false;
  }

  stop() {
    clearInterval(this.timer);
    this.session?.close();
    this.session = null;
    for (const track of this.video.srcObject?.getTracks() ?? []) track.stop();
    this.video.srcObject = null;
    this.box.hidden = true;
    this.numbers.textContent = "";
    this.onstop?.();
  }

  say(words) {
    this.error.textContent = words;
    this.error.hidden = !words;
  }
}

function reasonOf(error) {
  const words = {
    NotAllowedError: "The browser was not allowed to use the camera or the microphone.",
    NotFoundError: "There is no such camera or microphone.",
    NotReadableError: "The camera or the microphone is in use by another program.",
    OverconstrainedError: "The camera cannot do this.",
  }[error.name];
  return words ?? String(error.message || error);
}

// --- Watching ---

const cards = new Map();  // By the stream's name.

function describeStream(stream) {
  const { video, audio } = stream;
  return joined([
    stream.publishing ? "live" : "waiting for its publisher",
    video && `${video.codec} ${video.width} × ${video.height}`,
    audio && `${audio.codec} ${audio.sample_rate / 1000} kHz`,
    `${Math.round(stream.kbps_in)} kbit/s`,
    `${stream.viewers} ${stream.viewers === 1 ? "viewer" : "viewers"}`,
  ]);
}

const describePlaying = (now) => joined([
  now.width && `${now.width} × ${now.height}`,
  unit(now.fps, 0, "pictures/s"),
  now.delay_ms !== null && `delay ${now.delay_ms.toFixed(0)} ms from the edge`,
  now.lost_percent !== null && `${now.lost_percent.toFixed(1)} % lost`,
  unit(now.kbps, 0, "kbit/s"),
  `${now.freezes} ${now.freezes === 1 ? "freeze" : "freezes"}`,
]);

function link(address) {
  return Object.assign(document.createElement("a"), { href: address, textContent: address });
}

function newCard(name) {
  const root = document.getElementById("stream").content.firstElementChild.cloneNode(true);
  root.querySelector("h3").textContent = name;
  const stage = new Stage(root);
  const button = root.querySelector("button");
  const label = () => { button.textContent = stage.session ? "Stop" : "Play"; };
  const [app, ...rest] = name.split("/");
  stage.onstop = label;
  button.addEventListener("click", async () => {
    if (stage.session) return stage.stop();
    await stage.start(async () => {
      const session = await RtcSession.play(rtcAddress("whep", app, rest.join("/")));
      stage.video.srcObject = session.stream;
      return session;
    }, describePlaying);
    label();
  });
  label();
  return { root, stage };
}

function show(stream) {
  const card = cards.get(stream.name) ?? newCard(stream.name);
  if (!cards.has(stream.name)) {
    cards.set(stream.name, card);
    document.getElementById("streams").append(card.root);
    card.root.querySelector(".addresses").append(link(stream.flv), document.createElement("br"), link(stream.rtmp));
  }
  const facts = card.root.querySelector(".facts");
  facts.textContent = describeStream(stream);
  facts.classList.toggle("live", stream.publishing);
}

function forget(name) {
  const { root, stage } = cards.get(name);
  stage.stop();
  root.remove();
  cards.delete(name);
}

async function list() {
  const notice = document.getElementById("notice");
  try {
    const { streams } = await (await fetch("/api/streams")).json();
    const names = new Set(streams.map((stream) => stream.name));
    for (const name of [...cards.keys()]) if (!names.has(name)) forget(name);
    streams.forEach(show);
    notice.textContent = streams.length ? "" : "Nobody is live.";
  } catch {
    notice.textContent = "The edge does not answer.";
  }
  notice.hidden = !notice.textContent;
  setTimeout(list, LIST_EVERY_MS);
}

// --- Publishing ---

const describePublishing = (now) => joined([
  now.width && `${now.width} × ${now.height}`,
  unit(now.fps, 0, "pictures/s"),
  unit(now.kbps, 0, "kbit/s"),
  now.rtt_ms !== null && `${now.rtt_ms.toFixed(0)} ms there and back`,
  now.lost_percent !== null && `${now.lost_percent.toFixed(1)} % lost`,
  now.limited_by === "bandwidth" && "held back by the network",
  now.limited_by === "cpu" && "held back by this machine",
]);

function capture({ facing, height }) {
  if (!navigator.mediaDevices) {
    throw new Error("A browser gives its camera only to pages by https:// or from this machine (http://localhost).");
  }
  const video = facing && {
    facingMode: facing, height: { ideal: height }, width: { ideal: (height * 16) / 9 }, frameRate: { ideal: 30 },
  };
  return navigator.mediaDevices.getUserMedia({ audio: true, video: video || false });
}

function setUpPublishing() {
  const form = document.getElementById("publish");
  const stage = new Stage(form);
  const [start, stop] = form.querySelectorAll("button");
  const follow = () => {
    start.hidden = Boolean(stage.session);
    stop.hidden = !stage.session;
    start.disabled = false;
  };
  stage.onstop = follow;
  stop.addEventListener("click", () => stage.stop());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(form));
    const [app, stream] = given.stream.split("/");
    const height = Number(given.height);
    start.disabled = true;
    await stage.start(async () => {
      const media = await capture({ facing: given.facing, height });
      stage.video.srcObject = media;
      return RtcSession.publish(rtcAddress("whip", app, stream), media, {
        token: given.key, videoBitrate: PUBLISH_BITRATE[height],
      });
    }, describePublishing);
    follow();
  });
  return stage;
}

const publishing = setUpPublishing();
window.addEventListener("pagehide", () => {
  publishing.stop();
  for (const { stage } of cards.values()) stage.stop();
});
list();
