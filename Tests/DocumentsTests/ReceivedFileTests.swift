import Foundation
import TestSupport
import Testing

@testable import Documents

@Suite struct ReceivedFileTests {
    private func refusal(_ bytes: [UInt8], _ kinds: Set<FileKind> = FileKind.documents) -> ReceivedFile.Refused? {
        do {
            _ = try ReceivedFile(bytes, as: kinds)
            return nil
        } catch {
            return error
        }
    }

    private func contains(_ bytes: [UInt8], _ text: String) -> Bool { Data(bytes).range(of: Data(text.utf8)) != nil }

    // MARK: Office files

    @Test func tellsOfficeFilesFromOthers() throws {
        #expect(try ReceivedFile(OfficeFixture.document(), as: FileKind.documents).kind == .docx)
        #expect(try ReceivedFile(Fixture.bytes("openpyxl.xlsx"), as: FileKind.documents).kind == .xlsx)
        #expect(refusal(try OfficeFixture.zip([("a.txt", [1])])) == .unknownKind)
        #expect(refusal(try OfficeFixture.document(), FileKind.scans) == .unknownKind)
        #expect(refusal([0xD0, 0xCF, 0x11, 0xE0, 0xA1]) == .oldOffice)
        #expect(refusal(Array("<html><script>".utf8)) == .unknownKind)
        #expect(refusal([]) == .unknownKind)
    }

    @Test func refusesMacros() throws {
        #expect(refusal(try OfficeFixture.document([("word/vbaProject.bin", [1])])) == .document(.macros))
        #expect(refusal(try OfficeFixture.document([("word/VBAPROJECT.BIN", [1])])) == .document(.macros))
        let types = "<Types><Override ContentType=\"application/vnd.ms-word.document.macroEnabled.main+xml\"/></Types>"
        #expect(refusal(try OfficeFixture.zip([("[Content_Types].xml", Array(types.utf8))])) == .document(.macros))
    }

    @Test func refusesBombs() throws {
        let zeros = [UInt8](repeating: 0, count: 60_000_000)
        // One part that swells, and several that do together.
        #expect(refusal(try OfficeFixture.document([("word/media/a", zeros)])) == .document(.unpacksTooLarge))
        let noise = (0..<4_000_000).map { UInt8(truncatingIfNeeded: $0 / 97 ^ $0 >> 7) }
        let parts = (0..<30).map { (name: "word/media/\($0)", content: noise) }
        #expect(refusal(try OfficeFixture.document(parts)) == .document(.unpacksTooLarge))
    }

    /// Every cut of a file, and one byte changed anywhere: it is whole, or refused.
    @Test func refusesBrokenFiles() throws {
        let good = try OfficeFixture.document([("word/styles.xml", Array(repeating: 65, count: 3000))])
        for length in stride(from: 4, to: good.count, by: 37) {
            #expect(refusal(Array(good[..<length])) == .document(.broken))
        }
        var twice = try OfficeFixture.zip([("[Content_Types].xml", [1]), ("[content_types].xml", [2])])
        #expect(refusal(twice) == .document(.broken))
        twice = Array("GIF89a".utf8) + good
        #expect(refusal(twice) == .unknownKind)
    }

    // MARK: Pictures

    @Test(arguments: ["phone.jpg", "progressive.jpg"])
    func aPhotographForgetsWhereItWasTaken(_ name: String) throws {
        let bytes = try Fixture.bytes(name)
        #expect(contains(bytes, "MinyiPhone") && contains(bytes, "2026:02:09"))
        let clean = try ReceivedFile(bytes + Array("PK hidden behind the end".utf8), as: FileKind.scans)
        #expect(clean.kind == .jpeg)
        for secret in ["MinyiPhone", "secret", "2026:02:09", "hidden", "Exif\0\0II"] {
            #expect(!contains(clean.bytes, secret), "\(secret)")
        }
        // Which way up it is stays, and so does everything the eye sees.
        #expect(contains(clean.bytes, "Exif\0\0MM\0*\0\0\0\u{8}\0\u{1}\u{1}\u{12}\0\u{3}\0\0\0\u{1}\0\u{6}"))
        #expect(contains(clean.bytes, "JFIF\0"))
        #expect(Data(clean.bytes).suffix(200) == Data(bytes).suffix(200))
        #expect(try ReceivedFile(clean.bytes, as: FileKind.scans) == clean)
    }

    @Test func aPictureForgetsItsWords() throws {
        let bytes = try Fixture.bytes("words.png")
        #expect(contains(bytes, "Author") && contains(bytes, "eXIf"))
        let clean = try ReceivedFile(bytes + [1, 2, 3], as: FileKind.scans).bytes
        for secret in ["Author", "eXIf", "iTXt", "MinyiPhone"] { #expect(!contains(clean, secret)) }
        for kept in ["IHDR", "pHYs", "IDAT", "IEND"] { #expect(contains(clean, kept)) }
        #expect(clean.suffix(8) == bytes.suffix(8))
        for length in 8..<clean.count { #expect(refusal(Array(clean[..<length])) == .document(.broken)) }
    }

    /// Half a photograph ends where it broke off; without a line of it there is none.
    @Test func aPhotographMayBreakOff() throws {
        let whole = try Fixture.bytes("phone.jpg")
        for length in 3..<whole.count {
            guard let cut = try? ReceivedFile(Array(whole[..<length]), as: FileKind.scans) else { continue }
            #expect(cut.bytes.suffix(2) == [0xFF, 0xD9] && !contains(cut.bytes, "MinyiPhone"))
        }
        #expect(refusal(Array(whole.prefix(200))) == .document(.broken))
    }

    // MARK: Recordings

    @Test(arguments: [
        ("voice.webm", FileKind.webm), ("live.webm", .webm), ("voice.ogg", .ogg), ("voice.m4a", .mp4),
        ("fragments.mp4", .mp4),
        ("voice.wav", .wav), ("voice.mp3", .mp3), ("voice.aac", .aac), ("voice.amr", .amr), ("voice.3gp", .mp4),
    ])
    func readsHowLongARecordingIs(_ name: String, _ kind: FileKind) throws {
        let file = try ReceivedFile(Fixture.bytes(name), as: FileKind.recordings)
        #expect(file.kind == kind)
        let seconds = try #require(file.seconds)
        #expect((1.9...2.2).contains(seconds), "\(seconds)")
        #expect(refusal(file.bytes) == .unknownKind)
    }

    @Test func aRecordingEndsAfterThreeMinutes() throws {
        func amr(_ seconds: Int) -> [UInt8] {
            Array("#!AMR\n".utf8)
                + Array(repeating: [0x04] + [UInt8](repeating: 0, count: 12), count: seconds * 50).joined()
        }
        #expect(try ReceivedFile(amr(190), as: FileKind.recordings).seconds == 190)
        #expect(refusal(amr(191), FileKind.recordings) == .tooLong)
        #expect(refusal(amr(0), FileKind.recordings) == .unknownKind)
    }

    @Test func aFilmIsNoRecording() throws {
        #expect(refusal(try Fixture.bytes("film.webm"), FileKind.recordings) == .unknownKind)
        #expect(refusal(Array("RIFF____AVI LIST".utf8), FileKind.recordings) == .unknownKind)
    }

    // MARK: Whatever comes

    /// Changed, cut and made-up bytes: no trap, no endless loop. `MINYI_FUZZ_CASES` says how many.
    @Test func survivesWhateverComes() throws {
        let cases = ProcessInfo.processInfo.environment["MINYI_FUZZ_CASES"].flatMap { Int($0) } ?? 20_000
        let names = [
            "voice.webm", "live.webm", "voice.ogg", "voice.m4a", "fragments.mp4", "voice.wav", "voice.mp3", "voice.aac",
            "voice.amr",
            "voice.3gp", "film.webm", "phone.jpg", "progressive.jpg", "words.png", "openpyxl.xlsx",
        ]
        let good = try names.map { try Fixture.bytes($0) }
        let kinds = FileKind.documents.union(FileKind.recordings)
        for number in 0..<cases / 4 {
            var bytes = good[number % good.count]
            for _ in 0..<Int.random(in: 1...6) {
                // Heads hold what matters.
                let at = Int.random(in: 0..<(Bool.random() ? min(200, bytes.count) : bytes.count))
                switch Int.random(in: 0..<4) {
                case 0: bytes[at] = .random(in: 0...255)
                case 1: bytes.removeSubrange(at..<min(bytes.count, at + 1 + .random(in: 0..<20)))
                case 2:
                    for place in at..<min(at + 4, bytes.count) {
                        bytes[place] = [0, 0x7F, 0x80, 0xFF].randomElement() ?? 0
                    }
                default: bytes.removeSubrange(min(max(at, 12), bytes.count)...)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            #expect(processorTime { _ = try? ReceivedFile(bytes, as: kinds) } < .seconds(5))
        }
    }

    @Test func sheetsSurviveWhateverComes() throws {
        let xml = Array(
            """
            <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>46062.5</v></c></row>\
            <row r="2"><c r="A2" t="inlineStr"><is><t>a</t></is></c></row>
            """.utf8)
        let pieces = [
            "<row>", "</row>", "<c>", "</c>", "<v>", "</v>", "r=\"", "t=\"s\"", "\"", "<is><t>", "<rPh>", "&", "1e999",
            "-", "&#0;",
        ]
        for _ in 0..<500 {
            var bytes = xml
            for _ in 0..<Int.random(in: 1...5) {
                let at = Int.random(in: 0..<bytes.count)
                let piece = Bool.random() ? Array((pieces.randomElement() ?? "").utf8) : [UInt8.random(in: 0...255)]
                bytes.replaceSubrange(at..<min(bytes.count, at + .random(in: 0...4)), with: piece)
            }
            let workbook = try OfficeFixture.workbook(
                String(decoding: bytes, as: UTF8.self),
                after: "<mergeCells><mergeCell ref=\"A1:A\(Int.random(in: 1...9))\"/></mergeCells>",
                strings: "<si><t>x</t></si>", styles: "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs>")
            _ = try? Sheet.read(workbook) { _ in }
        }
    }
}
