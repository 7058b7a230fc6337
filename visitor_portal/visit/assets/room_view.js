/**
 * Draws what the state machine knows. Reads no device and no network; every word comes from
 * the page's JSON block.
 */

import { FINAL, IN_CALL, canHangUp, isHard, secondsLeft, word } from "./room_state.js";
import { clockFace } from "./room_words.js";

const WORRYING = new Set(["refused", "offline", "unreachable", "displaced", "dismissed", "unsafe"]);
const ENDED_BADLY = new Set(["line-lost", "terminal-restarted", "officer-ended", "refused"]);

function isPaused(state) {
  return state.paused !== null && state.phase === "live";
}

export class RoomView {
  /** `say(key, values)` is from `room_words.js`; `root` is the document. */
  constructor(root, say) {
    this.say = say;
    this.root = root;
    this.codeWords = say("code.words").split(" ");
    this.at = (id) => root.getElementById(id);
    this.announced = "";
  }

  /** The whole page as it should be at `now` (milliseconds of the facility's clock). */
  draw(state, own, now) {
    const shown = word(state);
    const body = this.root.documentElement;
    body.dataset.roomState = shown;
    body.dataset.cause = state.cause ?? "";
    const words = this.wordsFor(state, shown, now);
    this.put("headline", words.headline);
    this.put("detail", words.detail);
    this.put("reassurance", words.reassurance ?? "");
    this.drawCountdown(state, shown, now);
    this.drawReasons(state.refusals);
    this.drawTime(state, shown, now);
    this.drawCode(state, shown);
    this.drawNotice(state);
    this.drawHint(state, own);
    this.drawOwn(own);
    this.drawActions(shown, state);
    this.drawQuestion(state.hangUpAsked);
    this.announce(`${words.headline} ${words.detail}`.trim());
  }

  wordsFor(state, shown, now) {
    const started = now >= state.startsAt;
    if (isPaused(state)) {
      const detail = [state.paused, this.say("paused.detail")].join(" ").trim();
      return { headline: this.say("paused.headline"), detail };
    }
    if (shown === "waiting") return this.waitingWords(state, started);
    if (shown === "ended") return this.endedWords(state);
    const words = {
      headline: this.say(`${shown}.headline`),
      detail: this.say(`${shown}.detail`),
    };
    if (shown === "early") words.reassurance = this.say("stay");
    if (IN_CALL.has(shown) && isHard(state)) words.reassurance = this.say("hard");
    return words;
  }

  waitingWords(state, started) {
    const reassurance = this.say("stay");
    if (!started) {
      const detail = this.say("waiting.before");
      return { headline: this.say("waiting.headline-before"), detail, reassurance };
    }
    const key = state.terminal === "inmate-not-here" ? "waiting.not-here" : "waiting.detail";
    return { headline: this.say("waiting.headline"), detail: this.say(key), reassurance };
  }

  endedWords({ cause }) {
    const known = this.say(`ended.${cause}.headline`);
    const key = known.startsWith("ended.") ? "unknown" : cause;
    return {
      headline: this.say(`ended.${key}.headline`),
      detail: this.say(`ended.${key}.detail`),
    };
  }

  drawCountdown(state, shown, now) {
    const counting = now < state.startsAt && ["early", "waiting", "joining"].includes(shown);
    this.show("countdown", counting);
    if (!counting) return;
    const left = Math.ceil((state.startsAt - now) / 1000);
    this.put("countdown-time", left > 86_400 ? this.days(left) : clockFace(left));
  }

  days(seconds) {
    const days = Math.floor(seconds / 86_400);
    const hours = Math.floor(seconds / 3_600) % 24;
    return this.say("days-and-hours", { days, hours });
  }

  drawReasons(refusals) {
    const list = this.at("reasons");
    this.show("reasons", refusals.length > 0);
    const texts = refusals.map(({ text }) => text);
    if (list.dataset.drawn === texts.join("\n")) return;
    list.dataset.drawn = texts.join("\n");
    list.replaceChildren(...texts.map((text) => this.item(text)));
  }

  item(text) {
    const item = this.root.createElement("li");
    item.textContent = text;
    return item;
  }

  drawTime(state, shown, now) {
    const running = IN_CALL.has(shown);
    this.show("time-left", running);
    if (!running) return;
    const left = secondsLeft(state, now);
    this.put("time-left-value", clockFace(left));
    const urgency = left <= 60 ? "last" : left <= 300 ? "soon" : "";
    this.at("time-left").dataset.urgency = urgency;
  }

  /** Words and digits that the terminal shows too; a visit without words has no code. */
  drawCode({ code }, shown) {
    const visible = code !== null && IN_CALL.has(shown) && this.codeWords.length > 1;
    this.show("code", visible);
    if (!visible) return;
    this.put("code-words", code.places.map((place) => this.codeWords[place]).join(" · "));
    this.put("code-digits", `${code.digits.slice(0, 3)} ${code.digits.slice(3)}`);
  }

  /** Of a private visit the page's first words stay: nothing that comes later changes them. */
  drawNotice({ recorded, recording, watched, blurred }) {
    if (recorded === null || this.at("notice").closest("[data-private]")) return;
    const known = recording ?? (recorded ? null : false);
    const key = { true: watched ? "watched" : "recorded", false: "not-recorded" }[known];
    const sentences = [this.say(`notice.${key ?? "will-be-recorded"}`)];
    if (blurred) sentences.push(this.say("notice.blurred"));
    this.put("notice", sentences.join("\u00a0· "));
    const standing = { true: "yes", false: "no" }[known] ?? "may-be";
    this.at("notice").parentElement.dataset.recorded = standing;
  }

  drawHint(state, own) {
    const hints = [];
    if (state.phase === "live") {
      if (state.officerSays) {
        hints.push(this.say("hint.officer-says", { words: state.officerSays }));
      }
      if (state.silenced !== null) {
        hints.push(`${this.say("hint.officer-muted")} ${state.silenced}`.trim());
      }
      if (state.pictureStopped) hints.push(this.say("hint.picture-stopped"));
      if (state.inmateMuted) hints.push(this.say("hint.inmate-muted"));
      if (!state.lineUp) hints.push(this.say("hint.line-down"));
      if (own.muted) hints.push(this.say("hint.you-muted"));
    }
    this.show("hint", hints.length > 0);
    this.put("hint", hints.join(" "));
  }

  drawOwn(own) {
    this.toggle("mute", own.muted, "mute", own.hasMicrophone);
    this.toggle("camera", own.cameraOff, "camera", own.hasCamera);
    this.show("self-off", own.cameraOff || !own.hasCamera);
    this.put("self-off", this.say(own.hasCamera ? "self.off" : "self.none"));
    this.show("tap-to-hear", own.tapToHear);
    this.show("device-fault", own.fault !== null);
    this.put("device-fault-text", own.fault === null ? "" : this.say(`fault.${own.fault}`));
  }

  toggle(id, off, name, usable) {
    const button = this.at(id);
    button.disabled = !usable;
    button.toggleAttribute("data-off", off);
    this.put(`${id}-label`, this.say(off ? `${name}.on` : `${name}.off`));
  }

  drawActions(shown, state) {
    const over = FINAL.has(shown);
    this.show("controls", IN_CALL.has(shown));
    this.show("hang-up", canHangUp(state));
    this.show("use-this-window", shown === "displaced");
    this.show("try-again", shown === "refused" || shown === "dismissed");
    this.show("to-visits", over);
    this.show("leave", !over && !canHangUp(state));
    this.show("to-check", !over && !IN_CALL.has(shown));
    this.root.documentElement.toggleAttribute("data-over", over);
    this.root.documentElement.toggleAttribute("data-in-call", IN_CALL.has(shown));
    this.at("panel").dataset.tone = this.tone(shown, state.cause);
    this.root.documentElement.toggleAttribute("data-paused", isPaused(state));
    this.show("panel", shown !== "live" || isPaused(state));
  }

  tone(shown, cause) {
    if (shown === "ended") return ENDED_BADLY.has(cause) ? "warn" : "done";
    return WORRYING.has(shown) ? "warn" : "calm";
  }

  drawQuestion(asked) {
    const dialog = this.at("hang-up-question");
    if (asked && !dialog.open) dialog.showModal();
    if (!asked && dialog.open) dialog.close();
  }

  drawLevel(level) {
    this.at("level").style.setProperty("--level", level.toFixed(2));
  }

  /** Read out by screen readers when it changes, and only then. */
  announce(text) {
    if (text === this.announced) return;
    this.announced = text;
    this.put("announcer", text);
  }

  announceLeft(minutes) {
    const text = this.say(minutes === 1 ? "left.one" : "left.many", { minutes });
    this.put("announcer-time", text);
    const toast = this.at("toast");
    toast.textContent = text;
    toast.hidden = false;
    setTimeout(() => {
      toast.hidden = true;
    }, 8_000);
  }

  put(id, text) {
    const element = this.at(id);
    if (element.textContent !== text) element.textContent = text;
  }

  show(id, visible) {
    this.at(id).hidden = !visible;
  }
}
