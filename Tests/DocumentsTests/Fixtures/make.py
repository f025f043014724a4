#!/usr/bin/env python3
"""Makes the files beside it, with programs other than ours: openpyxl, Pillow and FFmpeg's encoders.

    pip install openpyxl pillow av && python make.py
"""
import datetime
import fractions
import pathlib

import av
import numpy
import openpyxl
from openpyxl.styles import Alignment
from PIL import Image
from PIL.PngImagePlugin import PngInfo

here = pathlib.Path(__file__).parent


def sheet():
    book = openpyxl.Workbook()
    book.properties.creator = "张三"
    page = book.active
    page.title = "事项目录"
    page.append(["基层政务公开标准目录", None, None, None])
    page.merge_cells("A1:D1")
    page.append(["序号", "公开事项", "公开时限", "日期"])
    page.append([1, "低保", "自该信息形成之日起\n20个工作日内", datetime.date(2026, 2, 9)])
    page.append([2, None, "及时", datetime.datetime(2026, 2, 9, 14, 30)])
    page.merge_cells("B3:B4")
    page.append(["0.1+0.2", "=A3+A4", 0.1 + 0.2, 13800138000])
    page.append([440308190001011, 123, 0.125, 20])
    page["B6"].number_format = "000000"
    page["C6"].number_format = "0.0%"
    page["D6"].number_format = '0.00"元"'
    page["A8"] = "_x0041_ & <b> 表情😀"
    page["D8"] = True
    page["C3"].alignment = Alignment(wrap_text=True)
    hidden = book.create_sheet("内部", 0)
    hidden["A1"] = "秘密"
    hidden.sheet_state = "hidden"
    book.active = 1
    other = book.create_sheet("另一张")
    other["B2"] = "第二张"
    book.save(here / "openpyxl.xlsx")


def pictures():
    picture = Image.new("RGB", (32, 16), (200, 30, 30))
    picture.paste((30, 30, 200), (0, 0, 16, 8))
    exif = Image.Exif()
    exif[0x010E] = "at the door"
    exif[0x010F] = "MinyiPhone"
    exif[0x0112] = 6
    exif[0x0132] = "2026:02:09 10:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (24.0, 6.0, 1.5), 3: "E", 4: (115.0, 15.0, 30.0)})
    picture.save(here / "phone.jpg", exif=exif, comment=b"secret comment", quality=80, dpi=(72, 72))
    picture.save(here / "progressive.jpg", exif=exif, progressive=True)
    words = PngInfo()
    words.add_text("Author", "张三")
    words.add_itxt("XML:com.adobe.xmp", "<x>GPS 24.1</x>", zip=True)
    picture.save(here / "words.png", pnginfo=words, exif=exif, dpi=(72, 72))


def recording(name, codec, rate, seconds=2.0, container=None, options=None):
    with av.open(str(here / name), "w", format=container, options=options or {}) as output:
        stream = output.add_stream(codec, rate=rate, layout="mono")
        step = 160
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=rate, frame_size=stream.frame_size or step)
        count = int(rate * seconds)
        wave = (numpy.sin(numpy.arange(count) * 440 * 2 * numpy.pi / rate) * 8000).astype(numpy.int16)
        for start in range(0, count, step):
            frame = av.AudioFrame.from_ndarray(wave[None, start:start + step], format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = rate, start, fractions.Fraction(1, rate)
            for made in resampler.resample(frame):
                output.mux(stream.encode(made))
        for made in resampler.resample(None):
            output.mux(stream.encode(made))
        output.mux(stream.encode(None))


def film():
    with av.open(str(here / "film.webm"), "w") as output:
        stream = output.add_stream("libvpx", rate=5)
        stream.width, stream.height = 32, 32
        for _ in range(5):
            output.mux(stream.encode(av.VideoFrame.from_ndarray(numpy.zeros((32, 32, 3), numpy.uint8), format="rgb24")))
        output.mux(stream.encode(None))


if __name__ == "__main__":
    sheet()
    pictures()
    recording("voice.webm", "libopus", 48000)
    # As a browser writes while somebody speaks: no length in the head.
    recording("live.webm", "libopus", 48000, container="webm", options={"live": "1", "flush_packets": "1"})
    recording("voice.ogg", "libopus", 48000)
    recording("voice.m4a", "aac", 44100, container="mp4")
    recording("fragments.mp4", "aac", 44100, container="mp4", options={"movflags": "frag_keyframe+empty_moov+default_base_moof", "frag_duration": "500000"})
    recording("voice.wav", "pcm_s16le", 8000)
    recording("voice.mp3", "libmp3lame", 44100)
    recording("voice.aac", "aac", 44100, container="adts")
    recording("voice.amr", "libopencore_amrnb", 8000, container="amr")
    recording("voice.3gp", "libopencore_amrnb", 8000, container="3gp")
    film()
