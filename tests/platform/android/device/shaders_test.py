#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The shaders of the Android classes, on this machine's OpenGL ES: they compile and link, and the one
that shows decoded pictures gives the right colours from both kinds of planes, with padded rows.

usage: shaders_test.py CLASSES_FOLDER      exit 77: there is no OpenGL ES here
"""
import ctypes
import pathlib
import sys

import class_file

PACKAGE = "live/onair/device/"
SURFACELESS, ES_API, SIDE = 0x31DD, 0x30A0, 8


def skip(why):
    print("skipped:", why)
    sys.exit(77)


def shaders(folder, name):
    fields = class_file.ClassFile((folder / (PACKAGE + name + ".class")).read_bytes()).fields
    texts = {field.name: field.constant for field in fields}
    return texts["VERTEX_SHADER"], texts["FRAGMENT_SHADER"]


def context():
    try:
        egl, gl = ctypes.CDLL("libEGL.so.1"), ctypes.CDLL("libGLESv2.so.2")
    except OSError as absent:
        skip(str(absent))
    for name in ("eglGetPlatformDisplay", "eglCreateContext"):
        getattr(egl, name).restype = ctypes.c_void_p
    display = egl.eglGetPlatformDisplay(SURFACELESS, None, None)
    pointer = ctypes.c_void_p
    if not display or not egl.eglInitialize(pointer(display), None, None) or not egl.eglBindAPI(ES_API):
        skip("EGL gives no display without a screen")
    attributes = (ctypes.c_int * 3)(0x3098, 2, 0x3038)  # EGL_CONTEXT_CLIENT_VERSION 2
    made = egl.eglCreateContext(pointer(display), None, None, attributes)
    if not made or not egl.eglMakeCurrent(pointer(display), None, None, pointer(made)):
        skip("EGL gives no context without a surface")
    return gl


def compiled(gl, kind, text):
    shader = gl.glCreateShader(kind)
    source = ctypes.c_char_p(text.encode())
    gl.glShaderSource(shader, 1, ctypes.byref(source), None)
    gl.glCompileShader(shader)
    fine, log = ctypes.c_int(), ctypes.create_string_buffer(2000)
    gl.glGetShaderiv(shader, 0x8B81, ctypes.byref(fine))
    gl.glGetShaderInfoLog(shader, 2000, None, log)
    assert fine.value, log.value.decode()
    return shader


def linked(gl, texts):
    program = gl.glCreateProgram()
    for kind, text in zip((0x8B31, 0x8B30), texts):
        gl.glAttachShader(program, compiled(gl, kind, text))
    gl.glLinkProgram(program)
    fine = ctypes.c_int()
    gl.glGetProgramiv(program, 0x8B82, ctypes.byref(fine))
    assert fine.value, "does not link"
    return program


def floats(values):
    return (ctypes.c_float * len(values))(*values)


def texture(gl, unit, form, columns, data):
    name = ctypes.c_uint()
    gl.glGenTextures(1, ctypes.byref(name))
    gl.glActiveTexture(0x84C0 + unit)
    gl.glBindTexture(0x0DE1, name)
    for what, value in ((0x2801, 0x2601), (0x2800, 0x2601), (0x2802, 0x812F), (0x2803, 0x812F)):
        gl.glTexParameteri(0x0DE1, what, value)
    samples = 2 if form == 0x190A else 1
    gl.glTexImage2D(0x0DE1, 0, form, columns, len(data) // columns // samples, 0, form, 0x1401, bytes(data))


def target(gl):
    name, buffer = ctypes.c_uint(), ctypes.c_uint()
    gl.glGenTextures(1, ctypes.byref(name))
    gl.glActiveTexture(0x84C3)
    gl.glBindTexture(0x0DE1, name)
    gl.glTexImage2D(0x0DE1, 0, 0x1908, SIDE, SIDE, 0, 0x1908, 0x1401, None)
    gl.glGenFramebuffers(1, ctypes.byref(buffer))
    gl.glBindFramebuffer(0x8D40, buffer)
    gl.glFramebufferTexture2D(0x8D40, 0x8CE0, 0x0DE1, name, 0)
    assert gl.glCheckFramebufferStatus(0x8D40) == 0x8CD5


def draw(gl, program, uniforms):
    gl.glUseProgram(program)
    at = lambda name: gl.glGetUniformLocation(program, name.encode())  # noqa: E731
    for unit, name in enumerate(("luma", "chroma", "chroma2")):
        gl.glUniform1i(at(name), unit)
    gl.glUniform4fv(at("used"), 1, floats(uniforms["used"]))
    gl.glUniform1fv(at("paired"), 1, floats([uniforms["paired"]]))
    gl.glUniformMatrix3fv(at("colours"), 1, 0, floats(uniforms["colours"]))
    gl.glUniformMatrix4fv(at("look"), 1, 0, floats([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]))
    corner = gl.glGetAttribLocation(program, b"corner")
    corners = floats([0, 0, 1, 0, 0, 1, 1, 1])
    gl.glEnableVertexAttribArray(corner)
    gl.glVertexAttribPointer(corner, 2, 0x1406, 0, 0, corners)
    gl.glViewport(0, 0, SIDE, SIDE)
    gl.glDrawArrays(5, 0, 4)
    pixels = (ctypes.c_ubyte * (SIDE * SIDE * 4))()
    gl.glReadPixels(0, 0, SIDE, SIDE, 0x1908, 0x1401, pixels)
    assert gl.glGetError() == 0
    return [tuple(pixels[i:i + 3]) for i in range(0, len(pixels), 4)]


# Of ITU-R BT.601, as ColourMatrixTest has it from ColourMatrix.
BT601 = [1.1644, 1.1644, 1.1644, 0, -0.3918, 2.0172, 1.5960, -0.8130, 0]
RED, BLUE, PADDING = (81, 90, 240), (41, 240, 110), 0


def picture(gl, is_paired):
    """The upper half red, the lower blue, in rows of 8 samples and 4 of padding."""
    y = [value for row in range(8) for value in [(RED if row < 4 else BLUE)[0]] * 8 + [PADDING] * 4]
    colours = [RED, RED, BLUE, BLUE]
    texture(gl, 0, 0x1909, 12, y)
    if is_paired:
        texture(gl, 1, 0x190A, 6, [value for colour in colours for value in list(colour[1:]) * 4 + [PADDING] * 4])
        texture(gl, 2, 0x1909, 1, [PADDING])
    else:
        for unit in (1, 2):
            texture(gl, unit, 0x1909, 6, [value for colour in colours for value in [colour[unit]] * 4 + [PADDING] * 2])
    return {"used": [8 / 12, 4 / 6, 7.5 / 12, 3.5 / 6], "paired": 1.0 if is_paired else 0.0, "colours": BT601}


def near(pixel, wanted):
    return all(abs(a - b) <= 6 for a, b in zip(pixel, wanted))


def main():
    folder = pathlib.Path(sys.argv[1])
    gl = context()
    linked(gl, shaders(folder, "ExternalTexture"))
    program = linked(gl, shaders(folder, "PlanarTexture"))
    print("both programs compile and link")
    gl.glPixelStorei(0x0CF5, 1)
    target(gl)
    for is_paired in (False, True):
        pixels = draw(gl, program, picture(gl, is_paired))
        # Rows come from the bottom; those beside the border are mixed.
        bottom, top = pixels[:2 * SIDE], pixels[-2 * SIDE:]
        assert all(near(pixel, (255, 0, 0)) for pixel in top), top
        assert all(near(pixel, (0, 0, 255)) for pixel in bottom), bottom
        print("NV12" if is_paired else "I420", "comes out red above blue, up to its right edge")


if __name__ == "__main__":
    main()
