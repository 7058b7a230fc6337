"""What can be wrong with a camera, a microphone or a browser, and what to do about it."""

from __future__ import annotations

from visitor_portal.words import Tongue, mark


def fault_words(tongue: Tongue) -> dict[str, str]:
    """`fault.<kind>.<word>` for the words of `devices.js`."""
    return {f"fault.{key}": tongue.say(sentence) for key, sentence in _FAULTS.items()}


_INSECURE = mark(
    "This page was not opened securely, so the browser keeps the camera closed. Open it again "
    "with an address that starts with https."
)
_OLD = mark(
    "This browser cannot use a camera here. Use Chrome, Firefox, Edge or Safari in its newest "
    "version, and open the page in the browser itself, not inside another app."
)

_FAULTS = {
    "camera.denied": mark(
        "The camera is blocked. You can visit with sound only, or allow the camera: press the "
        "camera or lock sign beside the address, choose “Allow”, then press “Try again”."
    ),
    "camera.none-found": mark(
        "No camera was found. You can visit with sound only, or plug a camera in and press "
        "“Try again”."
    ),
    "camera.in-use": mark(
        "Another app is using the camera. Close it, then press “Try again”. You can also visit "
        "with sound only."
    ),
    "camera.other": mark(
        "The camera did not start. Press “Try again”, or restart your device. You can also visit "
        "with sound only."
    ),
    "microphone.denied": mark(
        "The microphone is blocked, so nobody can hear you. Press the camera or lock sign beside "
        "the address, choose “Allow”, then press “Try again”."
    ),
    "microphone.none-found": mark(
        "No microphone was found, so nobody can hear you. Plug one in and press “Try again”."
    ),
    "microphone.in-use": mark(
        "Another app is using the microphone. Close it, then press “Try again”."
    ),
    "microphone.other": mark(
        "The microphone did not start. Press “Try again”, or restart your device."
    ),
    "both.denied": mark(
        "Camera and microphone are blocked. Press the camera or lock sign beside the address, "
        "choose “Allow”, then press “Try again”."
    ),
    "both.none-found": mark(
        "No camera and no microphone were found. Plug them in and press “Try again”."
    ),
    "both.in-use": mark(
        "Another app is using your camera and microphone. Close it, then press “Try again”."
    ),
    "both.other": mark(
        "Camera and microphone did not start. Press “Try again”, or restart your device."
    ),
    "both.insecure-page": _INSECURE,
    "both.no-capture": _OLD,
    "browser.insecure-page": _INSECURE,
    "browser.no-capture": _OLD,
    "browser.no-call": mark(
        "This browser cannot hold a video call. Use Chrome, Firefox, Edge or Safari in its newest "
        "version."
    ),
    "browser.no-vp8": mark(
        "This browser lacks the picture format that visits use (VP8). Use Chrome, Firefox, Edge or "
        "Safari in its newest version."
    ),
}
