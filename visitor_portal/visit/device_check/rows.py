"""Every sentence that the device check's script may show."""

from __future__ import annotations

from visitor_portal.visit.words import fault_words
from visitor_portal.words import Tongue, mark


def check_words(tongue: Tongue) -> dict[str, str]:
    """Key to sentence; braces are filled in by the script."""
    words = {key: tongue.say(sentence) for key, sentence in _SENTENCES.items()}
    return words | fault_words(tongue)


_SENTENCES = {
    "trying": mark("Trying it now. The browser may ask you to allow it."),
    "browser.good": mark("This browser works for visits."),
    "camera.good": mark("Your camera works. You see yourself as in a mirror."),
    "microphone.speak": mark("Say a few words. The bar moves when we hear you."),
    "microphone.good": mark("We hear you. Your microphone works."),
    "speaker.playing": mark("Playing three notes."),
    "speaker.question": mark("Did you hear them?"),
    "speaker.good": mark("Your speaker works."),
    "speaker.bad": mark(
        "Turn the volume up, take the device off silent, or plug headphones out and in. "
        "Then play the notes again."
    ),
    "device-number": mark("Device {number}"),
}
