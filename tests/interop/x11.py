# SPDX-License-Identifier: Apache-2.0
"""Pictures onto an X screen and off it again, through Xlib as it is."""
import ctypes

_Z_PIXMAP = 2
_ALL_PLANES = ctypes.c_ulong(-1).value
PIXEL_BYTES = 4  # Blue, green, red and one that nobody reads: how Xvfb lays out depth 24.


class _Image(ctypes.Structure):
    """The head of Xlib's XImage."""
    _fields_ = [("width", ctypes.c_int), ("height", ctypes.c_int), ("xoffset", ctypes.c_int),
                ("format", ctypes.c_int), ("data", ctypes.c_void_p), ("byte_order", ctypes.c_int),
                ("bitmap_unit", ctypes.c_int), ("bitmap_bit_order", ctypes.c_int), ("bitmap_pad", ctypes.c_int),
                ("depth", ctypes.c_int), ("bytes_per_line", ctypes.c_int), ("bits_per_pixel", ctypes.c_int)]


_SIGNATURES = {
    "XOpenDisplay": (ctypes.c_void_p, "s"), "XDefaultScreen": (ctypes.c_int, "p"),
    "XDefaultVisual": (ctypes.c_void_p, "pi"), "XRootWindow": (ctypes.c_ulong, "pi"),
    "XDisplayWidth": (ctypes.c_int, "pi"), "XDisplayHeight": (ctypes.c_int, "pi"),
    "XCreateGC": (ctypes.c_void_p, "pLLp"), "XSync": (ctypes.c_int, "pi"), "XFree": (ctypes.c_int, "p"),
    "XCreateImage": (ctypes.POINTER(_Image), "ppIiipIIii"), "XPutImage": (ctypes.c_int, "pLpPiiiiII"),
    "XGetImage": (ctypes.POINTER(_Image), "pLiiIILi")}
_KINDS = {"s": ctypes.c_char_p, "p": ctypes.c_void_p, "P": ctypes.POINTER(_Image), "i": ctypes.c_int,
          "I": ctypes.c_uint, "L": ctypes.c_ulong}


def _xlib():
    library = ctypes.CDLL("libX11.so.6")
    for name, (answer, arguments) in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = answer, [_KINDS[kind] for kind in arguments]
    return library


class Screen:
    """The root window of a display, such as ":3", of depth 24."""

    def __init__(self, name):
        self._x = _xlib()
        self._display = self._x.XOpenDisplay(name.encode())
        if not self._display:
            raise OSError(f"no display {name}")
        screen = self._x.XDefaultScreen(self._display)
        self._visual = self._x.XDefaultVisual(self._display, screen)
        self._root = self._x.XRootWindow(self._display, screen)
        self._gc = self._x.XCreateGC(self._display, self._root, 0, None)
        self.width = self._x.XDisplayWidth(self._display, screen)
        self.height = self._x.XDisplayHeight(self._display, screen)
        self._pixels = ctypes.create_string_buffer(self.width * self.height * PIXEL_BYTES)
        self._image = self._x.XCreateImage(self._display, self._visual, 24, _Z_PIXMAP, 0,
                                           ctypes.cast(self._pixels, ctypes.c_void_p), self.width, self.height, 32, 0)

    def pixels(self):
        """What show() shows, to be written to."""
        return memoryview(self._pixels).cast("B")

    def show(self):
        """Returns when the picture stands on the screen."""
        self._x.XPutImage(self._display, self._root, self._gc, self._image, 0, 0, 0, 0, self.width, self.height)
        self._x.XSync(self._display, 0)

    def grab(self, top, height):
        """The bytes of these rows of the screen as they are now."""
        image = self._x.XGetImage(self._display, self._root, 0, top, self.width, height, _ALL_PLANES, _Z_PIXMAP)
        pixels = ctypes.string_at(image.contents.data, self.width * height * PIXEL_BYTES)
        self._x.XFree(image.contents.data)
        self._x.XFree(image)
        return pixels
