"""What the room page is handed: its settings, and every sentence its script may show."""

from __future__ import annotations

from typing import Any

from visitor_portal.portal import Portal
from visitor_portal.store.visits import PortalVisit
from visitor_portal.visit.room.attendance import JOIN_OPENS
from visitor_portal.visit.words import fault_words
from visitor_portal.words import Tongue, mark
from visits.model import VisitKind
from visits.short_code_words import ENGLISH, WORDS


def room_settings(portal: Portal, visit: PortalVisit) -> dict[str, Any]:
    """For `room.js`. Instants are ISO 8601; nothing here is secret from the visitor."""
    return {
        "signal_path": f"/visit/{visit.visit_id}/signal",
        "now": portal.clock.now().isoformat(),
        "opens_at": (visit.slot.starts_at - JOIN_OPENS).isoformat(),
        "starts_at": visit.slot.starts_at.isoformat(),
        "ends_at": visit.slot.ends_at.isoformat(),
        "privileged": visit.kind.privileged,
        "relay_only": portal.settings.relay_only,
    }


def recording_notice(tongue: Tongue, kind: VisitKind) -> str:
    """Before the facility has said which it is; a privileged visit is never the one."""
    if kind.privileged:
        return tongue.say("Private visit. It is not recorded and not monitored.")
    return tongue.say("Visits may be recorded. You are told here before it starts.")


def room_words(tongue: Tongue, visit: PortalVisit) -> dict[str, str]:
    """Key to sentence. `{name}` is filled in here, other braces by the script."""
    name = visit.inmate_name or tongue.say("the person you are visiting")
    words = {key: tongue.say(sentence) for key, sentence in _SENTENCES.items()}
    words |= fault_words(tongue)
    if visit.kind.privileged:
        words["code.words"] = " ".join(WORDS.get(tongue.code, ENGLISH))
    return {key: sentence.replace("{name}", name) for key, sentence in words.items()}


_SENTENCES = {
    "connecting.headline": mark("Opening the room"),
    "connecting.detail": mark("One moment."),
    "asked.headline": mark("This time is not booked yet"),
    "asked.detail": mark(
        "The facility is still looking at your request. This page shows its answer."
    ),
    "early.headline": mark("Your visit has not started yet"),
    "early.detail": mark("The room opens 15 minutes before the visit."),
    "joining.headline": mark("Asking the facility to let you in"),
    "joining.detail": mark("This takes a second or two."),
    "waiting.headline-before": mark("You are in the room"),
    "waiting.before": mark("{name} can join when the visit starts."),
    "waiting.headline": mark("Waiting for {name} to come to the terminal"),
    "waiting.detail": mark("The terminal knows that you are here. The visit starts by itself."),
    "waiting.not-here": mark(
        "{name} is not at the terminal yet. The terminal knows that you are here."
    ),
    "calling.headline": mark("{name} is at the terminal"),
    "calling.detail": mark("Connecting picture and sound."),
    "live.headline": mark("You are connected"),
    "live.detail": mark("{name} can see and hear you."),
    "reconnecting.headline": mark("The line was lost"),
    "reconnecting.detail": mark("We are connecting you again. Please stay on this page."),
    "unreachable.headline": mark("The facility does not answer right now"),
    "unreachable.detail": mark("We keep trying. Please stay on this page."),
    "offline.headline": mark("Your internet connection is lost"),
    "offline.detail": mark("Check your Wi-Fi or mobile data. We keep trying."),
    "refused.headline": mark("You cannot join this visit"),
    "refused.detail": mark("The facility says why:"),
    "displaced.headline": mark("The visit is open in another window"),
    "displaced.detail": mark(
        "You joined from another window or device. Only one can be in the visit."
    ),
    "dismissed.headline": mark("You are not in this visit any more"),
    "dismissed.detail": mark("It may be over, or open in another window."),
    "unsafe.headline": mark("This line is not private"),
    "unsafe.detail": mark(
        "Something between you and the terminal changed the connection, so this page closed it. "
        "Call the facility before you try again."
    ),
    "ended.time-up.headline": mark("Your time is up"),
    "ended.time-up.detail": mark("The visit ended at its booked time. You can book another one."),
    "ended.inmate-hung-up.headline": mark("{name} ended the visit"),
    "ended.inmate-hung-up.detail": mark("You can book another visit."),
    "ended.visitor-hung-up.headline": mark("You ended the visit"),
    "ended.visitor-hung-up.detail": mark("You can book another visit."),
    "ended.officer-ended.headline": mark("The facility ended the visit"),
    "ended.officer-ended.detail": mark("An officer ended it. Call the facility to ask why."),
    "ended.approval-withdrawn.headline": mark("The facility ended the visit"),
    "ended.approval-withdrawn.detail": mark(
        "You are no longer approved to visit. Call the facility to ask why."
    ),
    "ended.visitor-cancelled.headline": mark("You cancelled this visit"),
    "ended.visitor-cancelled.detail": mark("You can book another visit."),
    "ended.officer-cancelled.headline": mark("The facility cancelled this visit"),
    "ended.officer-cancelled.detail": mark("You can book another time."),
    "ended.inmate-did-not-come.headline": mark("{name} did not come"),
    "ended.inmate-did-not-come.detail": mark(
        "The facility knows that you were here. You can book another visit."
    ),
    "ended.visitor-did-not-come.headline": mark("This visit is over"),
    "ended.visitor-did-not-come.detail": mark(
        "You were not in the room in time. You can book another visit."
    ),
    "ended.nobody-came.headline": mark("This visit is over"),
    "ended.nobody-came.detail": mark("Nobody was in the room in time. You can book another visit."),
    "ended.line-lost.headline": mark("The visit ended because the line was lost"),
    "ended.line-lost.detail": mark("We are sorry. The facility can see that it was the line."),
    "ended.terminal-restarted.headline": mark("The visit ended because the terminal stopped"),
    "ended.terminal-restarted.detail": mark(
        "We are sorry. The facility can see that it was the terminal."
    ),
    "ended.lockdown.headline": mark("The facility had to stop the visit"),
    "ended.lockdown.detail": mark("You can book another time."),
    "ended.terminal-broken.headline": mark("The visit ended because the terminal stopped"),
    "ended.terminal-broken.detail": mark(
        "We are sorry. The facility can see that it was the terminal."
    ),
    "ended.rules-changed.headline": mark("The facility had to stop the visit"),
    "ended.rules-changed.detail": mark("You can book another time."),
    "ended.inmate-moved.headline": mark("The facility had to stop the visit"),
    "ended.inmate-moved.detail": mark("You can book another time."),
    "ended.inmate-released.headline": mark("The facility had to stop the visit"),
    "ended.inmate-released.detail": mark("Call the facility to learn more."),
    "ended.inmate-elsewhere.headline": mark("The facility had to stop the visit"),
    "ended.inmate-elsewhere.detail": mark("You can book another time."),
    "ended.inmate-may-not.headline": mark("The facility had to stop the visit"),
    "ended.inmate-may-not.detail": mark("You can book another time."),
    "ended.cannot-record.headline": mark("This visit cannot be recorded"),
    "ended.cannot-record.detail": mark(
        "The facility lets it go on only when it is. An officer has been told. "
        "You can book another visit."
    ),
    "ended.refused.headline": mark("This time was not booked"),
    "ended.refused.detail": mark("Choose another time."),
    "ended.unknown.headline": mark("This visit is over"),
    "ended.unknown.detail": mark("You can book another visit."),
    "hard": mark(
        "It takes longer than usual. If it goes on, try another network: mobile data instead of "
        "Wi-Fi, or the other way round."
    ),
    "stay": mark("You can stay on this page. It continues by itself."),
    "days-and-hours": mark("{days} d {hours} h"),
    "left.many": mark("{minutes} minutes left"),
    "left.one": mark("One minute left"),
    "hint.picture-stopped": mark("The picture has stopped. The sound goes on."),
    "hint.inmate-muted": mark("{name} has turned the sound off."),
    "hint.line-down": mark("Your connection is weak. The visit goes on."),
    "notice.recorded": mark("This visit is recorded and may be watched"),
    "notice.will-be-recorded": mark("This visit will be recorded and may be watched"),
    "notice.watched": mark("This visit is recorded. An officer is watching."),
    "notice.not-recorded": mark("This visit is not recorded"),
    "notice.blurred": mark("The facility blurs all but the face"),
    "paused.headline": mark("An officer has paused the visit"),
    "paused.detail": mark("Please stay on this page. It goes on by itself."),
    "hint.officer-muted": mark("An officer has turned the sound off."),
    "hint.officer-says": mark("An officer says: {words}"),
    "hint.you-muted": mark("Your microphone is off."),
    "mute.off": mark("Mute"),
    "mute.on": mark("Unmute"),
    "camera.off": mark("Stop camera"),
    "camera.on": mark("Start camera"),
    "self.off": mark("Your camera is off"),
    "self.none": mark("No camera"),
}
