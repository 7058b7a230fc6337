"""Moving pictures in a window: planes go to the graphics card as they are.

Converting colours there costs the processor nothing; the shader follows ITU-R BT.601, video
range, which is what VP8 and cameras of this size give. A picture is uploaded when one has
arrived and never otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kivy.clock import Clock
from kivy.graphics import BindTexture, Color, Rectangle, RenderContext
from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, ObjectProperty
from kivy.uix.widget import Widget

FRAGMENT_SHADER = """
$HEADER$
uniform sampler2D plane_u;
uniform sampler2D plane_v;
uniform float luma_edge;
uniform float chroma_edge;
uniform float chroma_scale;

void main(void) {
    vec2 at = vec2(min(tex_coord0.x, luma_edge), tex_coord0.y);
    vec2 chroma_at = vec2(min(tex_coord0.x * chroma_scale, chroma_edge), tex_coord0.y);
    float y = 1.164384 * (texture2D(texture0, at).r - 0.0627451);
    float u = texture2D(plane_u, chroma_at).r - 0.5019608;
    float v = texture2D(plane_v, chroma_at).r - 0.5019608;
    vec3 rgb = vec3(y + 1.596027 * v, y - 0.391762 * u - 0.812968 * v, y + 2.017232 * u);
    gl_FragColor = vec4(clamp(rgb, 0.0, 1.0), 1.0) * frag_color;
}
"""


class Planes(Protocol):
    """A picture as it arrives: I420 planes whose rows may be padded (`stride` bytes each)."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def y(self) -> memoryview: ...
    @property
    def u(self) -> memoryview: ...
    @property
    def v(self) -> memoryview: ...
    @property
    def y_stride(self) -> int: ...
    @property
    def chroma_stride(self) -> int: ...


class PictureSource(Protocol):
    """A box with the newest picture in it, filled from another thread."""

    def take(self) -> Planes | None:
        """The picture that came since the last call, or None."""

    def on_arrival(self, arrived: Callable[[], None] | None) -> None:
        """Whom to tell, on the filling thread, that a picture waits; None for nobody."""


class Picture(Widget):  # type: ignore[misc] # Kivy brings no types
    """Shows the newest picture of `source`, its shape kept, centred."""

    source = ObjectProperty(None, allownone=True)
    """A `PictureSource`, or None: then the last picture is forgotten."""
    mirrored = BooleanProperty(False)
    """Left and right exchanged, as people know themselves from a mirror."""
    cover = BooleanProperty(False)
    """Fill the widget and cut what overhangs, instead of leaving bars."""
    has_picture = BooleanProperty(False)
    """Whether anything is shown; false is the time for words instead."""

    def __init__(self, **properties: object) -> None:
        self._listening_to: PictureSource | None = None
        self._planes: tuple[Texture, ...] = ()
        self._shape: tuple[int, int, int, int] | None = None
        self._rectangle: Rectangle | None = None
        self._draw_soon = Clock.create_trigger(self._draw_newest)
        self.canvas = RenderContext(
            fs=FRAGMENT_SHADER,
            use_parent_projection=True,
            use_parent_modelview=True,
            use_parent_frag_modelview=True,
        )
        self.canvas["plane_u"], self.canvas["plane_v"] = 1, 2
        super().__init__(**properties)
        self.bind(pos=self._place, size=self._place, mirrored=self._place, cover=self._place)

    def on_source(self, _widget: Widget, source: PictureSource | None) -> None:
        """Listen to the new source only."""
        if self._listening_to is not None:
            self._listening_to.on_arrival(None)
        self._listening_to = source
        self.forget()
        if source is not None:
            source.on_arrival(self._draw_soon)

    def forget(self) -> None:
        """Show nothing until the next picture arrives."""
        self.canvas.clear()
        self._planes, self._shape, self._rectangle = (), None, None
        self.has_picture = False

    def _draw_newest(self, _seconds: float) -> None:
        picture = self._listening_to.take() if self._listening_to is not None else None
        if picture is None:
            return
        shape = (picture.width, picture.height, picture.y_stride, picture.chroma_stride)
        if shape != self._shape:
            self._make_room(shape)
        self._upload(picture)
        self.has_picture = True

    def _make_room(self, shape: tuple[int, int, int, int]) -> None:
        """New textures, only when the picture's shape changed."""
        width, height, y_stride, chroma_stride = shape
        self._shape = shape
        self._planes = tuple(
            Texture.create(size=size, colorfmt="luminance", mipmap=False)
            for size in (
                (y_stride, height),
                (chroma_stride, height // 2),
                (chroma_stride, height // 2),
            )
        )
        self.canvas["luma_edge"] = (width - 0.5) / y_stride
        self.canvas["chroma_edge"] = (width / 2 - 0.5) / chroma_stride
        self.canvas["chroma_scale"] = (y_stride / chroma_stride) / 2
        self._compose()

    def _compose(self) -> None:
        self.canvas.clear()
        with self.canvas:
            BindTexture(texture=self._planes[1], index=1)
            BindTexture(texture=self._planes[2], index=2)
            Color(1, 1, 1, 1)
            self._rectangle = Rectangle(texture=self._planes[0])
        self._place()

    def _upload(self, picture: Planes) -> None:
        for texture, plane in zip(self._planes, (picture.y, picture.u, picture.v), strict=True):
            size = texture.width * texture.height
            texture.blit_buffer(plane[:size], colorfmt="luminance", bufferfmt="ubyte")
        self.canvas.ask_update()

    def _place(self, *_: object) -> None:
        """Where the picture stands, and which part of the texture is picture."""
        if self._rectangle is None or self._shape is None or not (self.width and self.height):
            return
        picture_width, picture_height, y_stride = self._shape[:3]
        scales = (self.width / picture_width, self.height / picture_height)
        scale = max(scales) if self.cover else min(scales)
        full = (picture_width * scale, picture_height * scale)
        shown = (min(full[0], self.width), min(full[1], self.height))
        cut_x, cut_y = ((1 - part / whole) / 2 for part, whole in zip(shown, full, strict=True))
        left, right = (edge * picture_width / y_stride for edge in (cut_x, 1 - cut_x))
        if self.mirrored:
            left, right = right, left
        top, bottom = cut_y, 1 - cut_y
        self._rectangle.size = shown
        self._rectangle.pos = (self.center_x - shown[0] / 2, self.center_y - shown[1] / 2)
        self._rectangle.tex_coords = (left, bottom, right, bottom, right, top, left, top)
